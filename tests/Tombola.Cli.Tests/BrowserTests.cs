using System.Text.RegularExpressions;

namespace Tombola.Cli.Tests;

public sealed class BrowserTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [BrowserFact]
    public void A_browser_draws_a_chart_for_every_figure_of_a_report()
    {
        var report = _sandbox.Json("quickstart", "--steps", "20it", "--levels", "2", "--replicates", "1", "--json").GetProperty("report").GetString()!;
        string[] options =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            $"--user-data-dir={_sandbox.At("profile")}", "--virtual-time-budget=8000", "--dump-dom", new Uri(report).AbsoluteUri,
        ];
        using var child = new Child("chromium", options, new Dictionary<string, string>());
        var page = child.End().Output;
        var figures = Regex.Matches(page, "<figure[ >].*?</figure>", RegexOptions.Singleline);
        Assert.NotEmpty(figures);
        Assert.All(figures, figure => Assert.Matches("<svg[^>]*>.*<path ", figure.Value.ReplaceLineEndings("")));
    }

    public void Dispose() => _sandbox.Dispose();

    /// <summary>Skipped without a browser, or when the program was built without charts.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class BrowserFactAttribute : FactAttribute
    {
        public BrowserFactAttribute()
        {
            var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            if (!folders.Any(folder => File.Exists(Path.Combine(folder, "chromium")))) Skip = "There is no chromium on the PATH.";
            else if (!Tombola.Reporting.HtmlReport.HasCharts) Skip = "This build has no charts; install Node.js and build again.";
        }
    }
}
