using System.Text.Json;
using Tombola.Reporting.Charts;

namespace Tombola.Reporting.Html;

/// <summary>A figure: what it shows, the chart, downloads, and the numbers behind it.</summary>
internal static class FigureSection
{
    public static void Write(Markup html, Figure figure, bool charts)
    {
        html.Line($"<figure id=\"{figure.Id}\">");
        html.Line($"<figcaption>\n<h2>{figure.Title}</h2>\n<p class=\"definition\">{figure.Definition}</p>\n</figcaption>");
        if (!figure.HasPoints)
        {
            html.Line($"<p class=\"note\">There is nothing to show yet.</p>");
            charts = false;
        }
        if (charts)
        {
            html.Line($"<div class=\"chart\" id=\"{figure.Id}-chart\" data-chart=\"{figure.Id}-spec\" data-name=\"{figure.Id}\">");
            html.Line($"<noscript><p class=\"note\">The chart needs JavaScript; its numbers stand below under “Data”.</p></noscript>\n</div>");
            // The serialiser writes < and > as escapes, so no text in the data can end the element.
            html.Line($"<script type=\"application/json\" id=\"{figure.Id}-spec\">");
            html.Raw(ChartSpec.Of(figure).ToJsonString(JsonSerializerOptions.Default));
            html.Line($"</script>");
        }
        if (figure.Source is { } source) html.Line($"<p class=\"source\">Published points: {source}</p>");
        Tools(html, figure, charts);
        Data(html, figure, open: !charts);
        html.Line($"</figure>");
    }

    private static void Tools(Markup html, Figure figure, bool charts)
    {
        using StringWriter csv = new();
        Csv.Write(figure, csv);
        html.Line($"<p class=\"tools\" role=\"group\" aria-label=\"Download {figure.Title}\">");
        if (charts)
        {
            // Shown by the script that makes them work.
            foreach (string format in (string[])["svg", "png"])
            {
                html.Line($"<button type=\"button\" hidden data-export=\"{format}\" data-of=\"{figure.Id}-chart\">{format.ToUpperInvariant()}</button>");
            }
        }
        html.Line($"<a download=\"{figure.Id}.csv\" href=\"{DataAddress.OfCsv(csv)}\">CSV</a>\n</p>");
    }

    private static void Data(Markup html, Figure figure, bool open)
    {
        if (figure.Map is { } map)
        {
            MapData(html, figure, map, open);
            return;
        }

        DataColumn[] columns = [.. DataColumn.All(figure)];
        (string Panel, Series Series, SeriesPoint Point)[] rows =
            [.. figure.Lines.SelectMany(line => line.Series.Points.Select(point => (line.Panel, line.Series, point)))];
        html.Line($"<details{(open && rows.Length > 0 ? " open" : "")}>\n<summary>Data ({rows.Length} {(rows.Length == 1 ? "point" : "points")})</summary>");
        TableSection.WriteTable(html, $"Data of “{figure.Title}”", [.. columns.Select(column => column.Heading)],
            rows.Select(row => columns.Select(column => column.Cell(row.Panel, row.Series, row.Point)).ToArray()), visibleCaption: false);
        html.Line($"</details>");
    }

    private static void MapData(Markup html, Figure figure, HeatMap map, bool open)
    {
        html.Line($"<details{(open ? " open" : "")}>\n<summary>Data ({map.Values.Count} points)</summary>");
        TableSection.WriteTable(html, $"Data of “{figure.Title}”", [new("Name"), new(figure.X.Title, true), new(figure.Y.Title, true), new(map.Value.Title, true)],
            map.Rows.Select(row => (string[])[row.Name, DataColumn.Number(row.X, figure.X), DataColumn.Number(row.Y, figure.Y), DataColumn.Number(row.Value, map.Value)]), visibleCaption: false);
        html.Line($"</details>");
    }
}
