namespace Tombola.Cli.Tests.Support;

/// <summary>A file system in memory, as small as is said, mounted for one test.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    public SmallDisk(string folder, string options)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        Shell.Do("mount", "-t", "tmpfs", "-o", options, "tombola-test", folder);
    }

    /// <summary>Why none can be had here, or null.</summary>
    public static string? Refusal { get; } = Try();

    /// <summary>Changes size or rights.</summary>
    public void Remount(string options) => Shell.Do("mount", "-o", $"remount,{options}", _folder);

    public void Dispose() => Shell.Run("umount", _folder);

    private static string? Try()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || Shell.Find("mount") is null) return "This user may not mount a small file system to fill.";
        var folder = Directory.CreateTempSubdirectory("tombola-mount").FullName;
        try
        {
            return Shell.Run("mount", "-t", "tmpfs", "-o", "size=1m", "tombola-test", folder).Code == 0 && Shell.Run("umount", folder).Code == 0 ? null : "No file system can be mounted here.";
        }
        finally
        {
            Directory.Delete(folder);
        }
    }
}

/// <summary>Skipped where a file system that can be filled cannot be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.Refusal;
}

/// <summary>Skipped where a file system that can be filled cannot be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskTheoryAttribute : TheoryAttribute
{
    public SmallDiskTheoryAttribute() => Skip = SmallDisk.Refusal;
}
