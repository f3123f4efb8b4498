using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Tombola.Jobs;
using Xunit;

namespace Tombola.Dashboard.Tests;

public sealed class DashboardServerTests : IAsyncDisposable
{
    private const string Key = "ab12000000000000000000000000000000000000000000000000000000000000";
    private readonly string _root = Directory.CreateTempSubdirectory("tombola-dashboard").FullName;
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private WebApplication? _server;

    private string StorePath => Path.Combine(_root, "store");

    [Fact]
    public async Task The_front_page_is_a_page()
    {
        await StartAsync();
        var answer = await _client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("api/store", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_does_not_exist_yet_is_empty_and_is_not_made()
    {
        await StartAsync();
        var store = await OverviewAsync();
        Assert.Equal(StorePath, store.GetProperty("path").GetString());
        Assert.Equal(0, store.GetProperty("jobs").GetInt32());
        Assert.Equal(0, store.GetProperty("bytes").GetInt64());
        foreach (var list in new[] { "reports", "running", "latest" }) Assert.Equal(0, store.GetProperty(list).GetArrayLength());
        Assert.False(Directory.Exists(StorePath));
    }

    [Fact]
    public async Task Entries_reports_and_running_jobs_are_shown()
    {
        Fill();
        await StartAsync();
        var store = await OverviewAsync();
        Assert.Equal(1, store.GetProperty("jobs").GetInt32());
        var latest = Assert.Single(store.GetProperty("latest").EnumerateArray());
        Assert.Equal((Key, "train"), (latest.GetProperty("key").GetString(), latest.GetProperty("kind").GetString()));
        Assert.Equal("cd34", Assert.Single(store.GetProperty("running").EnumerateArray()).GetString());
        var report = Assert.Single(store.GetProperty("reports").EnumerateArray());
        Assert.Equal("quickstart-0123", report.GetProperty("name").GetString());
        Assert.Equal("<p>the report</p>", await _client.GetStringAsync(new Uri(report.GetProperty("address").GetString()!, UriKind.Relative)));
    }

    [Fact]
    public async Task An_entry_whose_description_is_damaged_is_shown_as_unreadable()
    {
        Fill();
        await File.WriteAllTextAsync(Path.Combine(StorePath, "ab", Key, "job.json"), "{ not JSON");
        await StartAsync();
        Assert.Equal("unreadable", Assert.Single((await OverviewAsync()).GetProperty("latest").EnumerateArray()).GetProperty("kind").GetString());
    }

    [Fact]
    public async Task A_report_written_after_the_start_into_a_new_store_is_served()
    {
        await StartAsync();
        Assert.Equal(0, (await OverviewAsync()).GetProperty("jobs").GetInt32());
        Fill();
        var report = Assert.Single((await OverviewAsync()).GetProperty("reports").EnumerateArray());
        Assert.Equal("<p>the report</p>", await _client.GetStringAsync(new Uri(report.GetProperty("address").GetString()!, UriKind.Relative)));
    }

    [Theory]
    [InlineData("/store/../secret.txt")]
    [InlineData("/store/%2e%2e/secret.txt")]
    [InlineData("/store/..%2fsecret.txt")]
    [InlineData("/store/%2e%2e%2fsecret.txt")]
    [InlineData("/store/..%5csecret.txt")]
    [InlineData("/store/reports/../../secret.txt")]
    [InlineData("/store//../secret.txt")]
    public async Task Paths_out_of_the_store_are_refused(string path)
    {
        Fill();
        await File.WriteAllTextAsync(Path.Combine(_root, "secret.txt"), "not for you");
        await StartAsync();

        // Written by hand, since a client would tidy the path first.
        using var socket = new TcpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await socket.ConnectAsync(_client.BaseAddress!.Host, _client.BaseAddress.Port, limit.Token);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {_client.BaseAddress.Authority}\r\nConnection: close\r\n\r\n"), limit.Token);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(limit.Token);
        Assert.Matches("^HTTP/1.1 40[0-9] ", answer);
        Assert.DoesNotContain("not for you", answer, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    private async Task StartAsync()
    {
        _server = DashboardServer.Create(new Store(StorePath), "http://127.0.0.1:0");
        await _server.StartAsync();
        _client.BaseAddress = new Uri(Assert.Single(_server.Urls));
    }

    private async Task<JsonElement> OverviewAsync()
    {
        using var document = JsonDocument.Parse(await _client.GetStringAsync(new Uri("/api/store", UriKind.Relative)));
        return document.RootElement.Clone();
    }

    private void Fill()
    {
        Write(Path.Combine("ab", Key, "job.json"), """{"kind":"train"}""");
        Write(Path.Combine("ab", Key, "result.json"), "{}");
        Write(Path.Combine("reports", "quickstart-0123", "index.html"), "<p>the report</p>");
        Write(Path.Combine("locks", "cd34"), "");
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(StorePath, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
