using System.Text.Json;
using Tombola.Reporting;

namespace Tombola.Dashboard.Tests;

public sealed class OverviewTests : IAsyncLifetime
{
    private Running _running = null!;

    public async Task InitializeAsync() => _running = await Running.StartAsync();

    public async Task DisposeAsync() => await _running.DisposeAsync();

    [Fact]
    public async Task A_store_that_does_not_exist_yet_is_empty_and_is_not_made()
    {
        var store = await _running.OverviewAsync();
        Assert.Equal(_running.StorePath, store.GetProperty("path").GetString());
        Assert.Equal(0, store.GetProperty("jobs").GetInt32());
        Assert.Equal(0, store.GetProperty("bytes").GetInt64());
        foreach (var list in new[] { "reports", "running", "latest", "problems" }) Assert.Equal(0, store.GetProperty(list).GetArrayLength());
        Assert.False(Directory.Exists(_running.StorePath));
    }

    [Fact]
    public async Task Entries_and_reports_written_after_the_start_are_shown()
    {
        Assert.Equal(0, (await _running.OverviewAsync()).GetProperty("jobs").GetInt32());
        _running.Fill();
        var store = await _running.OverviewAsync();
        Assert.Equal(1, store.GetProperty("jobs").GetInt32());
        Assert.Equal(18, store.GetProperty("bytes").GetInt64());
        var latest = Assert.Single(store.GetProperty("latest").EnumerateArray());
        Assert.Equal((Running.Key, "train"), (latest.GetProperty("key").GetString(), latest.GetProperty("kind").GetString()));
        Assert.Equal("quickstart-0123", Assert.Single(store.GetProperty("reports").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_a_living_process_computes_is_shown_in_words_and_what_a_dead_one_left_is_not()
    {
        Claim("01", "train \u001b[2J<b>", "elsewhere", 0.25);
        var dead = Claim("02", "train", "elsewhere", 0.5);
        File.SetLastWriteTimeUtc(dead, DateTime.UtcNow.AddHours(-1));
        _running.Write($"claims/{new string('3', 64)}", "no claim");
        _running.Write($"locks/{Running.Key}", "");
        var job = Assert.Single((await _running.OverviewAsync()).GetProperty("running").EnumerateArray());
        Assert.Equal(("train \\u001b[2J<b>", "elsewhere"), (job.GetProperty("title").GetString(), job.GetProperty("host").GetString()));
        Assert.Equal((0.25, "2026-01-02T03:04:05Z"), (job.GetProperty("progress").GetDouble(), job.GetProperty("since").GetString()));
    }

    [Theory]
    [InlineData("""{ not JSON""", "unreadable")]
    [InlineData("""{"kind":"\ud800"}""", "unreadable")]
    [InlineData("""{"kind":{}}""", "unreadable")]
    [InlineData("""{}""", "unreadable")]
    [InlineData("""[1]""", "unreadable")]
    [InlineData("", "unreadable")]
    [InlineData("""{"kind":"a","kind":"b"}""", "b")]
    [InlineData("""{"kind":"\u001b]0;x\u0007"}""", "\\u001b]0;x\\u0007")]
    public async Task An_entry_with_an_odd_description_is_shown_all_the_same(string job, string kind)
    {
        _running.Fill();
        _running.Write($"ab/{Running.Key}/job.json", job);
        Assert.Equal(kind, Assert.Single((await _running.OverviewAsync()).GetProperty("latest").EnumerateArray()).GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("#")]
    [InlineData("?x=1")]
    [InlineData("50%")]
    [InlineData("%2e%2e")]
    [InlineData("%2f")]
    [InlineData("two words")]
    [InlineData("ünïcödé 漢字 🎟")]
    [InlineData("<b>&amp;\"'")]
    [InlineData("a/#/?/%/&+;=@:,")]
    public async Task Every_report_is_linked_by_an_address_that_leads_to_it(string folder)
    {
        _running.Write($"reports/{folder}/index.html", folder);
        var report = Assert.Single((await _running.OverviewAsync()).GetProperty("reports").EnumerateArray());
        Assert.Equal(folder, report.GetProperty("name").GetString());
        var answer = await _running.SendAsync("GET", report.GetProperty("address").GetString()!);
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + folder, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_named_and_the_rest_is_shown()
    {
        _running.Fill();
        var store = _running.StorePath;
        _running.Write("cd/x/job.json", "{}");
        Directory.CreateSymbolicLink(Path.Combine(store, "ef"), Path.Combine(store, "ef"));
        Directory.CreateSymbolicLink(Path.Combine(store, "reports", "gone"), "/nowhere");
        var closed = Directory.CreateDirectory(Path.Combine(store, "reports", "closed"));
        if (!OperatingSystem.IsWindows()) closed.UnixFileMode = UnixFileMode.None;
        var overview = await _running.OverviewAsync();
        if (!OperatingSystem.IsWindows()) closed.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        string[] problems = [.. overview.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!)];
        Assert.Contains("cd/x is not named as an entry is.", problems);
        Assert.Contains("ef is a link, and links are not followed.", problems);
        Assert.Contains("reports/gone is a link, and links are not followed.", problems);
        // The superuser reads every folder.
        Assert.True(Environment.UserName == "root" || problems.Contains("reports/closed cannot be read; this user has no right to."));
        Assert.Equal((1, 1), (overview.GetProperty("jobs").GetInt32(), overview.GetProperty("reports").GetArrayLength()));
    }

    [Fact]
    public async Task A_hundred_things_that_cannot_be_read_are_counted()
    {
        for (var i = 0; i < 100; i++) _running.Write($"ab/{i}/x", "");
        var problems = (await _running.OverviewAsync()).GetProperty("problems");
        Assert.Equal(21, problems.GetArrayLength());
        Assert.Equal("And 80 more.", problems[20].GetString());
    }

    [Fact]
    public async Task Of_many_entries_the_latest_fifty_are_shown_latest_first()
    {
        for (var i = 0; i < 60; i++)
        {
            var folder = Path.GetDirectoryName(_running.Write($"ab/ab{i:d62}/job.json", $$"""{"kind":"k{{i}}"}"""))!;
            Directory.SetLastWriteTimeUtc(folder, new DateTime(2026, 1, 1, 0, i, 0, DateTimeKind.Utc));
        }

        foreach (var time in new[] { "first", "again" })
        {
            var store = await _running.OverviewAsync();
            Assert.Equal(60, store.GetProperty("jobs").GetInt32());
            Assert.Equal(Enumerable.Range(10, 50).Reverse().Select(i => $"k{i}"), store.GetProperty("latest").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()));
        }

        Directory.Delete(Path.Combine(_running.StorePath, "ab"), recursive: true);
        Assert.Equal(JsonValueKind.Array, (await _running.OverviewAsync()).GetProperty("latest").ValueKind);
        Assert.Equal(0, (await _running.OverviewAsync()).GetProperty("jobs").GetInt32());
    }

    /// <summary>A claim as a process of another machine writes it.</summary>
    private string Claim(string start, string title, string host, double progress)
    {
        var key = start.PadRight(64, '0');
        return _running.Write($"claims/{key}", JsonSerializer.Serialize(
            new { key, title, owner = new { host, place = "there", process = 1, started = "then" }, nonce = "n0", since = "2026-01-02T03:04:05Z", beat = 1, progress }));
    }
}
