using System.Text.RegularExpressions;
using Tombola.Engine.Naming;
using Tombola.Reporting;
using Tombola.Reporting.Charts;
using Xunit;

namespace Tombola.Tests.Reporting;

public partial class HtmlReportTests
{
    [Fact]
    public void Text_is_escaped_everywhere()
    {
        Figure hostile = new("f", "</script><b>", "'\"&<i>", new("<x>"), new("<y>")) { Series = [new("<s>", [new(0, 1, Note: "<n>")])] };
        string page = Page(Samples.Report(hostile), script: "");
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("<(b|i|s|n|x|y)>", page);
        Assert.Contains("Stable &amp; &lt;matching&gt;", page, StringComparison.Ordinal);
        // One for the data of the figure, one for the script: no text has ended or begun another.
        Assert.Equal(2, Regex.Count(page, "</script"));
    }

    [Fact]
    public void Claims_say_in_words_what_their_signs_show()
    {
        string page = Page(Samples.Report(), script: null);
        Assert.Contains("✓</span><span>It holds. <em>holds</em>", page, StringComparison.Ordinal);
        Assert.Contains("✗</span><span>It fails. <em>does not hold</em>", page, StringComparison.Ordinal);
        Assert.Contains("?</span><span>Who knows. <em>undecided</em>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void With_charts_the_data_is_folded_away()
    {
        string page = Page(Samples.Report(Samples.Accuracy), script: "draw()");
        Assert.Contains("data-chart=\"accuracy-by-density-spec\"", page, StringComparison.Ordinal);
        Assert.Contains("<details>", page, StringComparison.Ordinal);
        Assert.Contains("draw()", page, StringComparison.Ordinal);
        Assert.DoesNotContain("install Node.js", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_charts_the_data_is_open_and_the_page_says_how_to_get_them()
    {
        string page = Page(Samples.Report(Samples.Accuracy), script: null);
        Assert.Contains("install Node.js", page, StringComparison.Ordinal);
        Assert.Contains("<details open>", page, StringComparison.Ordinal);
        Assert.Contains("98.20&#xA0;%", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<button", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_without_points_says_so()
    {
        string page = Page(Samples.Report(Samples.Accuracy with { Series = [] }), script: "draw()");
        Assert.Contains("nothing to show yet", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-chart", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_from_the_network()
    {
        StringWriter text = new();
        HtmlReport.Write(Samples.Report(Samples.Accuracy, Samples.Panelled), text);
        string page = text.ToString();
        Assert.Contains("default-src &#x27;none&#x27;", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("""<(link|img|iframe|script[^>]*\ssrc)\b""", ChartBundle.Script is { } script ? page.Replace(script, "", StringComparison.Ordinal) : page);
        // Names of schemas and namespaces, and two addresses in texts of the bundle that only a click or a warning would show.
        string[] names = ["www.w3.org", "vega.github.io", "github.com/vega"];
        Assert.All(Address().Matches(page), match => Assert.Contains(names, name => match.Groups[1].Value.StartsWith(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_bundle_cannot_end_its_element()
    {
        if (ChartBundle.Script is not { } script) return; // built without Node.js
        Assert.DoesNotContain("</script", script, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<!--", script, StringComparison.Ordinal);
        Assert.Contains("tombolaCharts", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_figures_cannot_share_a_name()
    {
        ArgumentException error = Assert.Throws<SettingException>(() => Page(Samples.Report(Samples.Accuracy, Samples.Accuracy), null));
        Assert.Contains("accuracy-by-density", error.Message, StringComparison.Ordinal);
    }

    private static string Page(Report report, string? script)
    {
        StringWriter text = new();
        HtmlReport.Write(report, text, script);
        return text.ToString();
    }

    [GeneratedRegex("""https?://([\w./-]+)""")]
    private static partial Regex Address();
}
