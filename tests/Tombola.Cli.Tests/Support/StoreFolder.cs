using System.Security.Cryptography;

namespace Tombola.Cli.Tests.Support;

/// <summary>Looks at a store from outside, as a person with a shell would.</summary>
internal static class StoreFolder
{
    /// <summary>Every entry's folder.</summary>
    public static string[] Entries(string store) => !Directory.Exists(store) ? [] :
    [
        .. Directory.EnumerateDirectories(store).Where(folder => Path.GetFileName(folder).Length == 2).SelectMany(Directory.EnumerateDirectories).Order(StringComparer.Ordinal),
    ];

    /// <summary>The checksums of all entries by key: two stores with the same bits have the same text.</summary>
    public static string Sums(string store) => string.Concat(Entries(store).Select(entry => $"{Path.GetFileName(entry)}\n{File.ReadAllText(Path.Combine(entry, "SHA256SUMS"))}"));

    /// <summary>The entry of the given kind that has a file.</summary>
    public static string EntryOf(string store, string kind) =>
        Entries(store).First(entry => File.ReadAllText(Path.Combine(entry, "job.json")).Contains($"\"kind\":\"{kind}\"", StringComparison.Ordinal));

    /// <summary>Checks every file of every entry against its checksum.</summary>
    public static void AssertSound(string store)
    {
        foreach (var line in Entries(store).SelectMany(entry => File.ReadLines(Path.Combine(entry, "SHA256SUMS")).Select(line => (Sum: line[..64], Path: Path.Combine(entry, line[66..])))))
        {
            Assert.True(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(line.Path))) == line.Sum, line.Path);
        }
    }

    /// <summary>Changes one bit in the middle of a file.</summary>
    public static void Damage(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Names of the folders of unfinished jobs.</summary>
    public static string[] Partial(string store) => Directory.Exists(Path.Combine(store, "partial")) ? Directory.GetFileSystemEntries(Path.Combine(store, "partial")) : [];

    /// <summary>Checks that neither an unfinished job nor a claim is left.</summary>
    public static void AssertNothingUnfinished(string store, string? history = null)
    {
        string[] left = [.. new[] { "partial", "claims" }.Select(name => Path.Combine(store, name)).Where(Directory.Exists).SelectMany(Directory.GetFileSystemEntries)];
        Assert.True(left.Length == 0, $"{history}: {string.Join(", ", left)}");
    }
}
