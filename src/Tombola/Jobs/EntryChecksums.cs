using System.Security.Cryptography;

namespace Tombola.Jobs;

/// <summary>The file <c>SHA256SUMS</c> of a store entry: one line a file, in the format of <c>sha256sum</c>.</summary>
internal sealed class EntryChecksums
{
    private const string FileName = "SHA256SUMS";
    private readonly Dictionary<string, string> _sums;
    private readonly HashSet<string> _checked = [];

    private EntryChecksums(string folder, Dictionary<string, string> sums) => (Folder, _sums) = (folder, sums);

    public string Folder { get; }

    public static void Write(string folder)
    {
        var lines = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(path => $"{Sum(path)}  {Path.GetFileName(path)}\n");
        File.WriteAllText(Path.Combine(folder, FileName), string.Concat(lines));
    }

    public static EntryChecksums? Read(string folder, out string? problem)
    {
        var path = Path.Combine(folder, FileName);
        problem = File.Exists(path) ? null : $"it has no {FileName}";
        if (problem is not null) return null;
        var sums = new Dictionary<string, string>();
        foreach (var (line, number) in File.ReadLines(path).Select((line, i) => (line, i + 1)))
        {
            if (line.Length < 67 || line[64..66] != "  ")
            {
                problem = $"line {number} of {FileName} is no checksum";
                return null;
            }

            sums[line[66..]] = line[..64];
        }

        return new EntryChecksums(folder, sums);
    }

    /// <summary>What is wrong with a file, or null. A file is read once in the life of a process.</summary>
    public string? Problem(string file)
    {
        lock (_checked)
        {
            if (_checked.Contains(file)) return null;
            if (!_sums.TryGetValue(file, out var sum)) return $"{FileName} does not list {file}";
            var path = Path.Combine(Folder, file);
            if (!File.Exists(path)) return $"{file} is missing";
            if (Sum(path) != sum) return $"{file} does not have the checksum that {FileName} gives";
            _checked.Add(file);
            return null;
        }
    }

    /// <summary>What is wrong with the first bad file of the entry, or null.</summary>
    public string? Problem() => _sums.Keys.Select(Problem).FirstOrDefault(problem => problem is not null);

    private static string Sum(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
