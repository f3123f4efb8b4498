using System.Security.Cryptography;
using System.Text;
using Tombola.Engine.Foreign;

namespace Tombola.Jobs;

/// <summary>The file <c>SHA256SUMS</c> of a folder: one line a file, in the format of <c>sha256sum</c>.</summary>
internal sealed class EntryChecksums
{
    public const string FileName = "SHA256SUMS";

    /// <summary>No folder of ours has as many files as would make a longer list.</summary>
    private const long Longest = 10_000_000;

    private readonly Dictionary<string, string> _sums;
    private readonly HashSet<string> _checked = [];

    private EntryChecksums(string folder, Dictionary<string, string> sums) => (Folder, _sums) = (folder, sums);

    public string Folder { get; }

    /// <summary>SHA-256 by file name.</summary>
    public IReadOnlyDictionary<string, string> Sums => _sums;

    /// <summary>The list as text.</summary>
    public static string Text(IEnumerable<KeyValuePair<string, string>> sums) =>
        string.Concat(sums.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Value}  {file.Key}\n"));

    /// <summary>Lists files that are there.</summary>
    public static void Write(string folder, IEnumerable<string> files) =>
        WholeFile.Write(Path.Combine(folder, FileName), stream => stream.Write(Encoding.UTF8.GetBytes(Text(files.Select(file => KeyValuePair.Create(file, Sum(Path.Combine(folder, file))))))));

    /// <summary>Reads the list of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="problem">Why there is none, else null.</param>
    public static EntryChecksums? Read(string folder, out string? problem)
    {
        try
        {
            problem = Find(folder, out var sums);
            return problem is null ? new EntryChecksums(folder, sums) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            problem = $"{FileName} cannot be read ({unreadable.Message.TrimEnd('.')})";
            return null;
        }
    }

    /// <summary>What is wrong with a file, or null. A file is read once in the life of a process.</summary>
    public string? Problem(string file)
    {
        lock (_checked)
        {
            if (_checked.Contains(file)) return null;
            if (!_sums.TryGetValue(file, out var sum)) return $"{FileName} does not list {file}";
            if (Problem(Path.Combine(Folder, file), sum) is { } problem) return $"{Printable.Name(file)} {problem}";
            _checked.Add(file);
            return null;
        }
    }

    /// <summary>What is wrong with the first bad file of the folder, or null.</summary>
    public string? Problem() => _sums.Keys.Select(Problem).FirstOrDefault(problem => problem is not null);

    /// <summary>The rest of a sentence on a file that does not have a checksum, or null.</summary>
    public static string? Problem(string path, string sum)
    {
        try
        {
            if (!Place.IsTaken(path)) return "is missing";
            return Sum(path) == sum ? null : $"does not have the checksum that {FileName} gives";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return $"cannot be read ({unreadable.Message.TrimEnd('.')})";
        }
    }

    private static string? Find(string folder, out Dictionary<string, string> sums)
    {
        sums = new Dictionary<string, string>(StringComparer.Ordinal);
        var path = Path.Combine(folder, FileName);
        if (!Place.IsTaken(path)) return $"it has no {FileName}";
        using var file = RegularFile.Open(path, Longest);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length - 1; i++)
        {
            // A name with a folder in it would lead out of the entry.
            var line = lines[i];
            if (line.Length < 67 || line[64..66] != "  " || Path.GetFileName(line[66..]) != line[66..] || line[66..] is FileName or "." or ".." || line.Contains('\0', StringComparison.Ordinal)) return $"line {i + 1} of {FileName} is no checksum";
            sums[line[66..]] = line[..64];
        }

        // Neither doubled lines nor half of one: whatever is not as it was written was written by somebody else.
        return Text(sums) == text ? null : $"{FileName} is not as it was written";
    }

    /// <summary>SHA-256 of a file.</summary>
    public static string Sum(string path)
    {
        using var stream = RegularFile.Open(path, long.MaxValue);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
