using Tombola.Engine.Execution;
using Tombola.Engine.Naming;

namespace Tombola.Training;

/// <summary>The names by which a person chooses kernels.</summary>
public static class KernelNames
{
    /// <summary>Dense ones throughout.</summary>
    public const string Automatic = "automatic", Dense = "dense";

    /// <summary>The choice of a name; null is <see cref="Automatic"/>.</summary>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    public static KernelChoice Parse(string? name) => name switch
    {
        null or Automatic => KernelChoice.Automatic,
        Dense => KernelChoice.Dense,
        _ => throw new SettingException($"There are no '{name}' kernels; choose {Automatic} or {Dense}."),
    };
}
