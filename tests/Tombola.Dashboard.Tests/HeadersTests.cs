using Tombola.Reporting;

namespace Tombola.Dashboard.Tests;

public sealed class HeadersTests : IAsyncLifetime
{
    private Running _running = null!;

    public async Task InitializeAsync()
    {
        _running = await Running.StartAsync();
        _running.Fill();
    }

    public async Task DisposeAsync() => await _running.DisposeAsync();

    [Theory]
    [InlineData("/")]
    [InlineData("/api/store")]
    [InlineData("/nothing")]
    [InlineData("/store/reports/quickstart-0123/index.html")]
    [InlineData($"/store/ab/{Running.Key}/job.json")]
    public async Task Every_answer_is_for_this_origin_alone_and_is_kept_by_nobody(string path)
    {
        foreach (var client in new[] { _running.Client, _running.Stranger })
        {
            var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(' ', values) : "";
            Assert.Equal(("nosniff", "DENY", "no-referrer"), (Header("X-Content-Type-Options"), Header("X-Frame-Options"), Header("Referrer-Policy")));
            Assert.Equal(("no-store", "same-origin", ""), (Header("Cache-Control"), Header("Cross-Origin-Resource-Policy"), Header("Server")));
            foreach (var part in new[] { "default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'" }) Assert.Contains(part, Header("Content-Security-Policy"), StringComparison.Ordinal);
            var isReport = answer.Content.Headers.ContentType!.MediaType == "text/html" && path != "/";
            Assert.Equal(isReport, Header("Content-Security-Policy").Contains("sandbox allow-scripts", StringComparison.Ordinal));
            Assert.Equal(isReport ? "" : "same-origin", Header("Cross-Origin-Opener-Policy"));
        }
    }

    [Fact]
    public async Task The_front_page_may_run_its_own_script_only()
    {
        var policy = (await _running.GetAsync("/")).Headers.GetValues("Content-Security-Policy").Single();
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Matches("script-src 'sha256-[^']+';", policy);
    }
}
