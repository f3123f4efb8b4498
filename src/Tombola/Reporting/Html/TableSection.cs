namespace Tombola.Reporting.Html;

/// <summary>A table of the report.</summary>
internal static class TableSection
{
    public static void Write(Markup html, Table table)
    {
        html.Line($"<section id=\"{table.Id}\">");
        WriteTable(html, table.Title, table.Columns, table.Rows, visibleCaption: true);
        using StringWriter csv = new();
        Csv.Write(table, csv);
        html.Line($"<p class=\"tools\"><a download=\"{table.Id}.csv\" href=\"{DataAddress.OfCsv(csv)}\">CSV</a></p>");
        html.Line($"</section>");
    }

    /// <summary>A captioned table that scrolls by itself, so that a wide one does not widen the page.</summary>
    public static void WriteTable(
        Markup html, string caption, IReadOnlyList<TableColumn> columns, IEnumerable<IReadOnlyList<string>> rows, bool visibleCaption)
    {
        html.Line($"<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{caption}\">\n<table>");
        html.Line($"<caption class=\"{(visibleCaption ? "title" : "unseen")}\">{caption}</caption>");
        html.Line($"<thead>\n<tr>");
        foreach (TableColumn column in columns) html.Line($"<th scope=\"col\" class=\"{Class(column)}\">{column.Title}</th>");
        html.Line($"</tr>\n</thead>\n<tbody>");
        foreach (IReadOnlyList<string> row in rows)
        {
            html.Line($"<tr>");
            for (int i = 0; i < row.Count; i++) html.Line($"<td class=\"{Class(columns[i])}\">{(columns[i].Numeric ? InWords.Shown(row[i]) : row[i])}</td>");
            html.Line($"</tr>");
        }
        html.Line($"</tbody>\n</table>\n</div>");
    }

    private static string Class(TableColumn column) => column.Numeric ? "number" : "text";
}
