using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tombola.Reporting;

/// <summary>Comma-separated values as RFC 4180 has them: header, quoted where needed, lines ending in CR LF, numbers in invariant culture.</summary>
internal static class Csv
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");

    private static readonly string[] FigureHeader = ["panel", "series", "published", "x", "y", "low", "high", "note"];

    private static readonly string[] MapHeader = ["name", "x", "y", "value"];

    /// <summary>Every point of a figure. Not-a-number is an empty field.</summary>
    public static void Write(Figure figure, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(figure);
        ArgumentNullException.ThrowIfNull(writer);
        if (figure.Map is { } map)
        {
            WriteRow(writer, MapHeader);
            foreach (MapMark row in map.Rows) WriteRow(writer, [row.Name, Number(row.X), Number(row.Y), Number(row.Value)]);
            return;
        }

        WriteRow(writer, FigureHeader);
        foreach ((string panel, Series series) in figure.Lines)
        {
            string published = series.Published ? "true" : "false";
            foreach (SeriesPoint point in series.Points)
            {
                WriteRow(writer,
                    [panel, series.Name, published, Number(point.X), Number(point.Y), Number(point.Low), Number(point.High), point.Note ?? ""]);
            }
        }
    }

    /// <summary>A table as it reads, with its column titles as header.</summary>
    public static void Write(Table table, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(writer);
        WriteRow(writer, table.Columns.Select(column => column.Title));
        foreach (IReadOnlyList<string> row in table.Rows) WriteRow(writer, row);
    }

    /// <summary>All rows with their fields, header included.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>> Read(TextReader reader)
    {
        List<IReadOnlyList<string>> rows = [];
        List<string> row = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int next = reader.Read(); next >= 0; next = reader.Read())
        {
            char character = (char)next;
            if (quoted)
            {
                if (character != '"') field.Append(character);
                else if (reader.Peek() == '"') field.Append((char)reader.Read());
                else quoted = false;
            }
            else if (character == '"') quoted = true;
            else if (character == ',') EndField();
            else if (character == '\n') EndRow();
            else if (character != '\r') field.Append(character);
        }
        if (field.Length > 0 || row.Count > 0) EndRow();
        return rows;

        void EndField()
        {
            row.Add(field.ToString());
            field.Clear();
        }

        void EndRow()
        {
            EndField();
            rows.Add(row);
            row = [];
        }
    }

    internal static string Number(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString(CultureInfo.InvariantCulture) : "";

    private static void WriteRow(TextWriter writer, IEnumerable<string> fields)
    {
        writer.Write(string.Join(',', fields.Select(Quote)));
        writer.Write("\r\n");
    }

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(NeedsQuotes) ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
