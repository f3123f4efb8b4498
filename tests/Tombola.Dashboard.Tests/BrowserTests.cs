using Microsoft.Playwright;
using Tombola.Reporting;

namespace Tombola.Dashboard.Tests;

/// <summary>What a person sees, and what a page of somebody else's store gets.</summary>
public sealed class BrowserTests : IAsyncLifetime
{
    private Running _running = null!;
    private IPlaywright? _playwright;

    public async Task InitializeAsync() => _running = await Running.StartAsync();

    public async Task DisposeAsync()
    {
        _playwright?.Dispose();
        await _running.DisposeAsync();
    }

    [BrowserFact]
    public async Task From_the_printed_address_one_gets_to_charts_to_files_and_from_report_to_report()
    {
        ReportFolder.Write(Report("one", "../two/index.html"), Path.Combine(_running.StorePath, "reports", "one"));
        ReportFolder.Write(Report("two", "../one/index.html"), Path.Combine(_running.StorePath, "reports", "two"));
        await using var browser = await LaunchAsync();
        var page = await OpenAsync(browser);
        Assert.Equal(_running.Address.GetLeftPart(UriPartial.Path), page.Url);
        await page.GetByText("0 finished jobs").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "one" }).ClickAsync();
        await page.Locator("figure svg path").First.WaitForAsync();

        // Its data and its picture are saved from within the sandbox.
        var csv = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).First.ClickAsync());
        Assert.Equal("accuracy.csv", csv.SuggestedFilename);
        var svg = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "SVG" }).First.ClickAsync());
        Assert.Equal("accuracy.svg", svg.SuggestedFilename);

        await page.GetByRole(AriaRole.Link, new() { Name = "This study alone" }).ClickAsync();
        await page.WaitForURLAsync("**/two/index.html");
        await page.Locator("figure svg path").First.WaitForAsync();
        _running.Write("reports/two/index.html", "<a href='../one/accuracy.csv'>file</a>");
        await page.ReloadAsync();
        var file = await page.RunAndWaitForDownloadAsync(() => page.GetByText("file").ClickAsync());
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(_running.StorePath, "reports/one/accuracy.csv")), await File.ReadAllTextAsync(await file.PathAsync()));
    }

    [BrowserFact]
    public async Task A_report_of_somebody_else_reads_nothing_of_the_store_and_reaches_nothing()
    {
        _running.Fill();
        _running.Write("reports/evil/index.html", """
            <p id="out"></p><script>
              const tries = {
                fetch: async () => (await fetch('/api/store')).text(),
                withCookies: async () => (await fetch('/api/store', { credentials: 'include', mode: 'no-cors' })).type,
                request: () => new Promise((done, fail) => { const r = new XMLHttpRequest(); r.onload = () => done(r.responseText); r.onerror = fail; r.open('GET', '/api/store'); r.send(); }),
                cookie: async () => document.cookie,
                storage: async () => String(localStorage.length),
                frame: () => new Promise((done, fail) => { const f = document.createElement('iframe'); f.onload = () => { try { done(f.contentDocument.body.innerText); } catch (e) { fail(e); } }; f.src = '/api/store'; document.body.append(f); setTimeout(fail, 2000); }),
                script: () => new Promise((done, fail) => { const s = document.createElement('script'); s.onload = done; s.onerror = fail; s.src = '/api/store'; document.body.append(s); }),
                window: async () => open('/api/store').document.body.innerText,
                opener: async () => opener.location.href,
                socket: () => new Promise((done, fail) => { const s = new WebSocket(`ws://${location.host}/`); s.onopen = done; s.onerror = fail; }),
                image: () => new Promise((done, fail) => { const i = new Image(); i.onload = done; i.onerror = fail; i.src = '/store/reports/quickstart-0123/index.html'; }),
              };
              (async () => {
                const got = [];
                for (const [name, attempt] of Object.entries(tries)) try { got.push(`${name}: ${await attempt()}`); } catch { }
                out.textContent = `origin ${self.origin}, got [${got}]`;
              })();
            </script>
            """);
        await using var browser = await LaunchAsync();
        var page = await OpenAsync(browser);
        await page.GetByRole(AriaRole.Link, new() { Name = "evil" }).WaitForAsync();
        await page.GotoAsync(new Uri(_running.Address, "/store/reports/evil/index.html").AbsoluteUri);
        await page.GetByText("origin null, got []").WaitForAsync();
    }

    [BrowserFact]
    public async Task Markup_in_names_stays_text_and_a_wrong_token_is_told()
    {
        _running.Write("reports/<img src=x onerror=document.title='broken'>/index.html", "");
        _running.Write("ab/<b>/x", "");
        await using var browser = await LaunchAsync();
        var page = await OpenAsync(browser);
        await page.GetByText("ab/<b> is not named as an entry is.").WaitForAsync();
        Assert.Equal(0, await page.Locator("img, b").CountAsync());
        Assert.Equal("Tombola", await page.TitleAsync());
        await page.Context.ClearCookiesAsync();
        await page.GetByText("Open the whole address that it printed").WaitForAsync();
    }

    private static Report Report(string study, string other)
    {
        var figure = new Figure("accuracy", "Accuracy", "Test accuracy by density.", new("Density"), new("Accuracy")) { Series = [new("IMP", [new(1, 0.9), new(2, 0.95)])] };
        var report = new Report { Title = study, Study = study, Question = "?", Verdict = "!", Figures = [figure] };
        return report with { Parts = [new("part", other, report with { Figures = [] })] };
    }

    private async Task<IBrowser> LaunchAsync()
    {
        _playwright = await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = BrowserFactAttribute.Browser, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    private async Task<IPage> OpenAsync(IBrowser browser)
    {
        var page = await browser.NewPageAsync();
        await page.GotoAsync(_running.Address.AbsoluteUri);
        return page;
    }

    /// <summary>Skipped without a browser, or when the program was built without charts.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class BrowserFactAttribute : FactAttribute
    {
        public BrowserFactAttribute()
        {
            if (Browser is null) Skip = "There is no chromium on the PATH.";
            else if (!HtmlReport.HasCharts) Skip = "This build has no charts; install Node.js and build again.";
        }

        public static string? Browser { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);
    }
}
