using Tombola.Reporting.Charts;
using Tombola.Reporting.Html;

namespace Tombola.Reporting;

/// <summary>A report as one HTML file that needs nothing else: no network, no folder beside it.</summary>
internal static class HtmlReport
{
    /// <summary>Whether this build can draw charts.</summary>
    public static bool HasCharts => ChartBundle.Script is not null;

    /// <summary>Writes the page. Charts are drawn by the bundled script; a build without it opens the data tables instead.</summary>
    public static void Write(Report report, TextWriter writer) => Write(report, writer, ChartBundle.Script);

    internal static void Write(Report report, TextWriter writer, string? script)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(writer);
        report.CheckIds();
        Markup html = new(writer);
        PageHead.Write(html, report);
        html.Line($"<body>\n<main>");
        Opening(html, report);
        bool figures = report.Figures.Count > 0 || report.Parts.Any(part => part.Report.Figures.Count > 0);
        if (script is null && figures)
        {
            html.Line($"<p class=\"note\">This build of Tombola has no charts, so the figures are given as tables. For charts, install Node.js and build Tombola again.</p>");
        }
        // The numbers first, the pictures, and then what only some readers look up.
        Table[] tables = [.. report.Tables.Where(table => !table.FileOnly)];
        foreach (Table table in tables.Take(1)) TableSection.Write(html, table);
        foreach (Figure figure in report.Figures) FigureSection.Write(html, figure, charts: script is not null);
        foreach (Table table in tables.Skip(1)) TableSection.Write(html, table);
        if (report.Parts.Count > 0) Contents(html, report);
        foreach (ReportPart part in report.Parts) PartSection(html, part, charts: script is not null);
        Closing(html, report, "");
        html.Line($"</main>");
        if (script is not null && figures)
        {
            html.Line($"<script>");
            html.Raw(script);
            html.Line($"</script>");
        }
        html.Line($"</body>\n</html>");
    }

    private static void Opening(Markup html, Report report)
    {
        html.Line($"<header>");
        html.Line($"<p class=\"study\">{report.Study}</p>");
        html.Line($"<h1>{report.Title}</h1>");
        html.Line($"<p class=\"question\">{report.Question}</p>");
        html.Line($"<p class=\"verdict\">{report.Verdict}</p>");
        html.Line($"</header>");
        Claims(html, report);
    }

    private static void Contents(Markup html, Report report)
    {
        html.Line($"<nav aria-label=\"Studies\">\n<ul>");
        foreach (ReportPart part in report.Parts) html.Line($"<li><a href=\"#{part.Id}\">{part.Report.Title}</a></li>");
        html.Line($"</ul>\n</nav>");
    }

    /// <summary>A report in another: under its name, with its choices and where it comes from folded away.</summary>
    private static void PartSection(Markup html, ReportPart part, bool charts)
    {
        Report report = part.Report;
        html.Line($"<section class=\"part\" id=\"{part.Id}\">\n<h1>{report.Title}</h1>");
        html.Line($"<p class=\"question\">{report.Question}</p>");
        html.Line($"<p class=\"verdict\">{report.Verdict}</p>");
        html.Line($"<p class=\"tools\"><a href=\"{part.Address}\">This study alone</a></p>");
        Claims(html, report);
        foreach (Figure figure in report.Figures) FigureSection.Write(html, figure.Named($"{part.Id}-{figure.Id}"), charts);
        foreach (Table table in report.Tables.Where(table => !table.FileOnly)) TableSection.Write(html, table.Named($"{part.Id}-{table.Id}"));
        html.Line($"<details class=\"closing\">\n<summary>Choices and provenance of {report.Study}</summary>");
        Closing(html, report, part.Address[..(part.Address.LastIndexOf('/') + 1)]);
        html.Line($"</details>\n</section>");
    }

    private static void Claims(Markup html, Report report)
    {
        if (report.Claims.Count == 0) return;
        html.Line($"<section>\n<h2>Claims</h2>\n<ul class=\"claims\">");
        foreach (Claim claim in report.Claims)
        {
            (string kind, string sign, string word) = claim.Holds switch
            {
                Answer.Yes => ("holds", "✓", "holds"),
                Answer.No => ("fails", "✗", "does not hold"),
                _ => ("open", "?", "undecided"),
            };
            html.Line($"<li class=\"{kind}\"><span class=\"sign\" aria-hidden=\"true\">{sign}</span><span>{claim.Sentence} <em>{word}</em></span></li>");
        }
        html.Line($"</ul>\n</section>");
    }

    /// <param name="html">The page.</param>
    /// <param name="report">The report.</param>
    /// <param name="folder">Where its files are, from the page on.</param>
    private static void Closing(Markup html, Report report, string folder)
    {
        Table[] files = [.. report.Tables.Where(table => table.FileOnly)];
        if (files.Length > 0)
        {
            html.Line($"<details>\n<summary>Files beside this page</summary>\n<ul>");
            foreach (Table file in files) html.Line($"<li><a href=\"{folder}{file.Id}.csv\">{file.Id}.csv</a>: {file.Title} ({file.Rows.Count} {(file.Rows.Count == 1 ? "row" : "rows")})</li>");
            html.Line($"</ul>\n</details>");
        }
        if (report.Choices.Count > 0)
        {
            html.Line($"<section>\n<h2>Choices made</h2>\n<p class=\"lead\">What the papers leave open, and how it was decided here.</p>\n<dl class=\"choices\">");
            foreach (Choice choice in report.Choices)
            {
                html.Line($"<div><dt>{choice.Name}</dt><dd><strong>{choice.Value}</strong> <span>{choice.Why}</span></dd></div>");
            }
            html.Line($"</dl>\n</section>");
        }
        if (report.Provenance.Count > 0)
        {
            html.Line($"<footer>\n<h2>Provenance</h2>\n<dl class=\"facts\">");
            foreach (Fact fact in report.Provenance) html.Line($"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>");
            html.Line($"</dl>\n</footer>");
        }
    }
}
