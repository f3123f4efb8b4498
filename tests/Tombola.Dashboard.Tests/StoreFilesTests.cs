using System.Diagnostics;
using Tombola.Reporting;

namespace Tombola.Dashboard.Tests;

public sealed class StoreFilesTests : IAsyncLifetime
{
    private const string Secret = "not for you";
    private Running _running = null!;

    private string Outside => Path.Combine(_running.Root, "secret.txt");

    public async Task InitializeAsync()
    {
        _running = await Running.StartAsync();
        _running.Fill();
        await File.WriteAllTextAsync(Outside, Secret);
        foreach (var inside in new[]
        {
            $"claims/{Running.Key}", $"partial/{Running.Key}/job.json", $"damaged/{Running.Key}.1/job.json", "secret.txt",
            "reports/.page.0", "reports/.hidden/index.html", "ab/secret.txt", $"ab/{Running.Key}/.x",
        })
        {
            _running.Write(inside, Secret);
        }
    }

    public async Task DisposeAsync() => await _running.DisposeAsync();

    /// <summary>Ways up, in every spelling, before and after names that are there.</summary>
    public static TheoryData<string> Traversals()
    {
        string[] ups =
        [
            "..", "%2e%2e", "%2E.", ".%2e", "..%2f..", "..%5c..", "..\\..", "%252e%252e", "%c0%ae%c0%ae", "....", "..;", ".. ", "..%20", "..%00",
            "%u002e%u002e", "..%c0%af", "..%ef%bc%8f",
        ];
        string[] starts = ["/store/", "/store//", "/store/reports/", "/store/reports/quickstart-0123/", "/store/ab/", "/store/./", "//store/"];
        var data = new TheoryData<string>();
        foreach (var start in starts)
        {
            var deeper = start.Split('/', StringSplitOptions.RemoveEmptyEntries).Length > 1;
            foreach (var up in ups) data.Add($"{start}{up}/{(deeper ? up + "/" : "")}secret.txt");
        }

        foreach (var path in new[]
        {
            "/store", "/store/", "/store/secret.txt", "/store/reports", "/store/reports/", "/store/reports/quickstart-0123", "/store/reports/quickstart-0123/",
            "/store/reports//quickstart-0123/index.html", "/STORE/reports/quickstart-0123/index.html", $"/store/claims/{Running.Key}", $"/store/partial/{Running.Key}/job.json",
            $"/store/damaged/{Running.Key}.1/job.json", "/store/reports/.page.0", "/store/reports/.hidden/index.html", "/store/ab/secret.txt", $"/store/ab/{Running.Key}/.x",
            $"/store/ab/{Running.Key}", $"/store/ab/{Running.Key}/", $"/store/cd/{Running.Key}/job.json", "/store/%2fetc%2fpasswd", "/store//etc/passwd", "/etc/passwd",
            "/store/file:/etc/passwd", "/store/reports/" + new string('a', 300), "/store/reports/" + string.Concat(Enumerable.Repeat("a/", 2500)),
        })
        {
            data.Add(path);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Traversals))]
    public async Task Only_reports_and_entries_are_served(string path)
    {
        var answer = await _running.SendAsync("GET", path);
        Assert.Matches("^HTTP/1.1 4(00|04) ", answer);
        Assert.DoesNotContain(Secret, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_are_not_followed_wherever_they_stand()
    {
        var store = _running.StorePath;
        var elsewhere = Path.Combine(_running.Root, "elsewhere");
        Directory.CreateDirectory(elsewhere);
        foreach (var name in new[] { "index.html", "job.json" }) await File.WriteAllTextAsync(Path.Combine(elsewhere, name), Secret);
        File.CreateSymbolicLink(Path.Combine(store, "reports/absolute.txt"), Outside);
        File.CreateSymbolicLink(Path.Combine(store, "reports/relative.txt"), "../../secret.txt");
        File.CreateSymbolicLink(Path.Combine(store, "reports/chain.txt"), "relative.txt");
        File.CreateSymbolicLink(Path.Combine(store, "reports/loop.txt"), "loop.txt");
        File.CreateSymbolicLink(Path.Combine(store, "reports/gone.txt"), "/nowhere");
        File.CreateSymbolicLink(Path.Combine(store, "reports/zero.txt"), "/dev/zero");
        File.CreateSymbolicLink(Path.Combine(store, "reports/self.txt"), "/proc/self/environ");
        Directory.CreateSymbolicLink(Path.Combine(store, "reports/folder"), elsewhere);
        Directory.CreateSymbolicLink(Path.Combine(store, "reports/root"), "/");
        Directory.CreateSymbolicLink(Path.Combine(store, "cd"), elsewhere);
        var key = "ab" + new string('0', 62);
        Directory.CreateSymbolicLink(Path.Combine(store, "ab", key), elsewhere);
        File.CreateSymbolicLink(Path.Combine(store, "ab", Running.Key, "state.json"), Outside);
        foreach (var path in new[]
        {
            "reports/absolute.txt", "reports/relative.txt", "reports/chain.txt", "reports/loop.txt", "reports/gone.txt", "reports/zero.txt", "reports/self.txt",
            "reports/folder/index.html", "reports/root/etc/passwd", $"cd/cd{new string('0', 62)}/job.json", $"ab/{key}/job.json", $"ab/{Running.Key}/state.json",
        })
        {
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await _running.GetAsync("/store/" + path)).StatusCode));
        }

        // Nor does the overview go through them.
        var overview = await _running.OverviewAsync();
        Assert.Equal((1, 1), (overview.GetProperty("jobs").GetInt32(), overview.GetProperty("reports").GetArrayLength()));
    }

    [Fact]
    public async Task A_store_that_is_a_link_itself_is_served()
    {
        Directory.Move(_running.StorePath, _running.StorePath + ".moved");
        Directory.CreateSymbolicLink(_running.StorePath, _running.StorePath + ".moved");
        Assert.Equal(HttpStatusCode.OK, (await _running.GetAsync("/store/reports/quickstart-0123/index.html")).StatusCode);
        Assert.Equal(1, (await _running.OverviewAsync()).GetProperty("jobs").GetInt32());
    }

    [Fact]
    public async Task A_pipe_keeps_nobody_waiting()
    {
        if (OperatingSystem.IsWindows()) return;
        foreach (var pipe in new[] { "reports/pipe.txt", $"ab/{Running.Key}/pipe.json" })
        {
            using var make = Process.Start("mkfifo", Path.Combine(_running.StorePath, pipe));
            await make.WaitForExitAsync();
            Assert.Equal(0, make.ExitCode);
            Assert.Equal(HttpStatusCode.NotFound, (await _running.GetAsync("/store/" + pipe)).StatusCode);
        }
    }

    [Theory]
    [InlineData("reports/a/index.html", "text/html; charset=utf-8", false)]
    [InlineData("reports/a/rows.csv", "text/csv; charset=utf-8", true)]
    [InlineData("reports/a/image.svg", "application/octet-stream", true)]
    [InlineData("reports/a/page.xhtml", "application/octet-stream", true)]
    [InlineData("reports/a/page.HTML", "application/octet-stream", true)]
    [InlineData("reports/a/script.js", "application/octet-stream", true)]
    [InlineData("reports/a/notes.txt", "text/plain; charset=utf-8", false)]
    [InlineData("ab/{key}/job.json", "text/plain; charset=utf-8", false)]
    [InlineData("ab/{key}/metrics.jsonl", "text/plain; charset=utf-8", false)]
    [InlineData("ab/{key}/SHA256SUMS", "text/plain; charset=utf-8", false)]
    [InlineData("ab/{key}/state.safetensors", "application/octet-stream", true)]
    [InlineData("ab/{key}/page.html", "application/octet-stream", true)]
    public async Task Nothing_but_a_report_has_a_type_that_a_browser_runs(string path, string type, bool attachment)
    {
        path = path.Replace("{key}", Running.Key, StringComparison.Ordinal);
        _running.Write(path, "content");
        var answer = await _running.GetAsync("/store/" + path);
        Assert.Equal(type, answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(attachment ? "attachment" : null, answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("content", await answer.Content.ReadAsStringAsync());
        Assert.Equal(type.StartsWith("text/html", StringComparison.Ordinal), string.Join(' ', answer.Headers.GetValues("Content-Security-Policy")).Contains("script-src", StringComparison.Ordinal));
    }
}
