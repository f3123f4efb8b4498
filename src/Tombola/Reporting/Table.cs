
namespace Tombola.Reporting;

/// <summary>Rows of text under titled columns.</summary>
/// <param name="Id">Names the table in addresses and files, as a figure's does.</param>
/// <param name="Title">A few words: the table's caption.</param>
/// <param name="Columns">From left to right.</param>
/// <param name="Rows">One cell a column, already formatted.</param>
public sealed record Table(string Id, string Title, IReadOnlyList<TableColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Its name in files and links.</summary>
    public string Id { get; private init; } = ReportId.Check(Id);

    /// <summary>Written beside the page as CSV, but not shown on it.</summary>
    public bool FileOnly { get; init; }

    /// <summary>The table under another name, for a page on which several have the same.</summary>
    internal Table Named(string id) => this with { Id = ReportId.Check(id) };

    /// <summary>Cells, row by row.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; } = Rows.All(row => row.Count == Columns.Count)
        ? Rows
        : throw new ArgumentException($"Table '{Id}' has {Columns.Count} columns, but some row has another number of cells.", nameof(Rows));
}

/// <summary>Title of a column; numbers are aligned at the right.</summary>
public sealed record TableColumn(string Title, bool Numeric = false);
