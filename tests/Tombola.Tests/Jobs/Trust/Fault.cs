using System.Runtime.InteropServices;

namespace Tombola.Tests.Jobs.Trust;

/// <summary>Ways to spoil what stands at a path, whatever it is.</summary>
internal static partial class Fault
{
    /// <summary>For files. The other path is a file of the same name in another entry.</summary>
    public static IReadOnlyList<(string Name, Action<string, string> Do)> OfFiles { get; } =
    [
        ("cut", (path, _) => File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1])),
        ("emptied", (path, _) => File.WriteAllBytes(path, [])),
        ("one bit flipped", (path, _) => Flip(path)),
        ("a byte more", (path, _) => File.AppendAllText(path, "x")),
        ("swapped", (path, other) => File.Copy(other, path, overwrite: true)),
        .. OfPlaces,
    ];

    /// <summary>For files and folders alike.</summary>
    public static IReadOnlyList<(string Name, Action<string, string> Do)> OfPlaces =>
    [
        ("removed", (path, _) => Clear(path)),
        ("an empty folder", (path, _) => Directory.CreateDirectory(Cleared(path))),
        ("a folder with a file", (path, _) => File.WriteAllText(Path.Combine(Directory.CreateDirectory(Cleared(path)).FullName, "note"), "note")),
        ("a file of garbage", (path, _) => File.WriteAllBytes(Cleared(path), [0x1b, 0x5b, 0x32, 0x4a, 0, 0xff, 0xfe])),
        ("a link to nowhere", (path, _) => File.CreateSymbolicLink(Cleared(path), "/nowhere/at/all")),
        ("a link to itself", (path, _) => File.CreateSymbolicLink(Cleared(path), path)),
        ("a link to /dev/null", (path, _) => File.CreateSymbolicLink(Cleared(path), "/dev/null")),
        ("a link to /dev/zero", (path, _) => File.CreateSymbolicLink(Cleared(path), "/dev/zero")),
        ("a link to /dev", (path, _) => File.CreateSymbolicLink(Cleared(path), "/dev")),
        ("a pipe", (path, _) => Pipe(Cleared(path))),
    ];

    /// <summary>Lists of checksums that nobody wrote.</summary>
    public static IReadOnlyList<(string Name, Func<string, string> Change)> OfLists { get; } =
    [
        ("a line too few", text => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]),
        ("a line for ..", text => text + Line("..")),
        ("a line for the folder", text => text + Line(".")),
        ("a line for a file outside", text => Line("../../x") + text),
        ("an absolute line", text => text + Line("/etc/passwd")),
        ("a line for itself", text => Line("SHA256SUMS") + text),
        ("a line for what is not there", text => text + Line("zzz")),
        ("all lines twice", text => text + text),
        ("a line of a megabyte", text => text + new string('x', 1_000_000)),
        ("a name of a megabyte", text => text + Line(new string('x', 1_000_000))),
        ("a name with a zero", text => text + Line("a\0b")),
        ("a name that clears the screen", text => text + Line("\u001b[2J")),
        ("ends of lines of another system", text => text.Replace("\n", "\r\n", StringComparison.Ordinal)),
        ("capitals", text => text.ToUpperInvariant()),
        ("no end", text => text[..^1]),
    ];

    private static string Line(string name) => $"{new string('0', 64)}  {name}\n";

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(path, bytes);
    }

    private static string Cleared(string path)
    {
        Clear(path);
        return path;
    }

    private static void Clear(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        else File.Delete(path);
    }

    private static void Pipe(string path)
    {
        if (MakePipe(path, 0x1a4) != 0) throw new IOException($"mkfifo {path} failed.");
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
