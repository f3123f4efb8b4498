using Tombola.Reporting.Charts;

namespace Tombola.Reporting.Html;

/// <summary>Everything before the body: policy, style and colours.</summary>
internal static class PageHead
{
    // Drawing compiles expressions, hence unsafe-eval; what the policy keeps out for certain is the network.
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; img-src data: blob:; base-uri 'none'; form-action 'none'";

    private static readonly Lazy<string> Style = new(() =>
    {
        using Stream stream = typeof(PageHead).Assembly.GetManifestResourceStream("report.css")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    });

    public static void Write(Markup html, Report report)
    {
        html.Line($"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
        html.Line($"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.Line($"<meta name=\"color-scheme\" content=\"light dark\">");
        html.Line($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">");
        html.Line($"<meta name=\"description\" content=\"{report.Question}\">");
        html.Line($"<title>{report.Study}: {report.Title}</title>");
        html.Line($"<style>");
        html.Raw($":root {{ {Colours(ink => ink.Light)} }}");
        html.Raw($"@media screen and (prefers-color-scheme: dark) {{ :root {{ {Colours(ink => ink.Dark)} }} }}");
        html.Raw(Style.Value);
        html.Line($"</style>\n</head>");
    }

    private static string Colours(Func<Ink, string> scheme) =>
        $"--paper: {scheme(Palette.Paper)}; --text: {scheme(Palette.Text)}; --muted: {scheme(Palette.Muted)}; --line: {scheme(Palette.Line)}; "
        + $"--wash: {scheme(Palette.Wash)}; --accent: {scheme(Palette.Accent)}; --good: {scheme(Palette.Good)}; --bad: {scheme(Palette.Bad)};";
}
