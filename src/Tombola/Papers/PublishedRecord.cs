using System.Globalization;
using Tombola.Reporting;

namespace Tombola.Papers;

/// <summary>A line of a file of published numbers. The files and their sources are described in Published.md.</summary>
internal sealed record PublishedRecord(IReadOnlyList<string> Header, IReadOnlyList<string> Fields)
{
    public string this[string column] => Fields[Header.ToList().IndexOf(column)];

    /// <summary>The lines of a file below its header.</summary>
    public static IReadOnlyList<PublishedRecord> Read(string name)
    {
        using var stream = typeof(PublishedRecord).Assembly.GetManifestResourceStream($"published/{name}.csv")!;
        using var reader = new StreamReader(stream);
        var rows = Csv.Read(reader);
        return [.. rows.Skip(1).Select(row => new PublishedRecord(rows[0], row))];
    }

    /// <summary>Null for an empty field.</summary>
    public double? Number(string column) => this[column] is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Percent as a fraction.</summary>
    public double? Fraction(string column) => Number(column) / 100;
}
