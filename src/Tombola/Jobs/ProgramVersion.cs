using System.Reflection;

namespace Tombola.Jobs;

/// <summary>The version of this program, which every entry of a store carries.</summary>
internal static class ProgramVersion
{
    /// <summary>This program's.</summary>
    public static string Current { get; } = typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>What made an entry that names no version.</summary>
    public const string Unnamed = "unknown";
}
