using System.Runtime.InteropServices;
using Xunit;

namespace Tombola.Tests.Data;

/// <summary>A theory about pipes and devices, which are skipped where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Pipes and devices are tried on Linux.";
}

/// <summary>What may lie where a file should be.</summary>
internal static partial class SpecialFiles
{
    /// <summary>Puts a "pipe", "device", "link to nothing" or "link to itself" at a path.</summary>
    public static void Put(string kind, string path)
    {
        File.Delete(path);
        if (kind == "pipe") Assert.Equal(0, MakePipe(path, 0x180));
        else File.CreateSymbolicLink(path, kind switch { "device" => "/dev/zero", "link to itself" => path, _ => path + ".gone" });
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakePipe(string path, uint mode);
}
