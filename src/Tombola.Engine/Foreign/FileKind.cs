using System.Runtime.InteropServices;

namespace Tombola.Engine.Foreign;

/// <summary>Tells regular files from everything else that can lie at a path, without opening it.</summary>
internal static partial class FileKind
{
    private const int CurrentFolder = -100, NoEntry = 2, Loop = 40;
    private const uint TypeOnly = 1;

    /// <summary>Size of Linux's struct statx, and where its mode stands.</summary>
    private const int StatSize = 256, ModeOffset = 28;

    private const string Folder = "is a folder, not a file";

    /// <summary>What follows "this" in a sentence if the path leads to no regular file; null if it does. Links are followed.</summary>
    public static string? Refusal(string path)
    {
        if (!OperatingSystem.IsLinux()) return RefusalElsewhere(path);
        try
        {
            return RefusalByStat(path);
        }
        catch (EntryPointNotFoundException)
        {
            // A system library from before 2018.
            return RefusalElsewhere(path);
        }
    }

    private static string? RefusalByStat(string path)
    {
        Span<byte> stat = stackalloc byte[StatSize];
        if (Stat(CurrentFolder, path, 0, TypeOnly, ref MemoryMarshal.GetReference(stat)) != 0)
        {
            return Marshal.GetLastPInvokeError() switch
            {
                NoEntry => ToNothing(path),
                Loop => "is a link that leads back to itself",
                _ => RefusalElsewhere(path),
            };
        }

        return (MemoryMarshal.Read<ushort>(stat[ModeOffset..]) & 0xF000) switch
        {
            0x8000 => null,
            0x4000 => Folder,
            0x1000 => "is a pipe, not a file",
            0x2000 or 0x6000 => "is a device, not a file",
            0xC000 => "is a socket, not a file",
            _ => "is no regular file",
        };
    }

    /// <summary>The framework does not tell pipes and devices from files, but they have no length, and neither has any sound file of data.</summary>
    private static string? RefusalElsewhere(string path)
    {
        if (Directory.Exists(path)) return Folder;
        var file = new FileInfo(path);
        var target = file.LinkTarget is null ? file : (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;
        if (!target.Exists) return ToNothing(path);
        return target.Length > 0 ? null : "is an empty file, or a pipe or a device";
    }

    private static string ToNothing(string path) => new FileInfo(path).LinkTarget is null ? "is gone" : $"is a link to {Printable.Name(new FileInfo(path).LinkTarget)}, where there is nothing";

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(int folder, string path, int flags, uint mask, ref byte result);
}
