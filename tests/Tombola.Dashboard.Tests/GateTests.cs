using Tombola.Reporting;

namespace Tombola.Dashboard.Tests;

public sealed class GateTests : IAsyncLifetime
{
    private Running _running = null!;

    public static TheoryData<string> Paths => ["/", "/api/store", "/store/reports/quickstart-0123/index.html", $"/store/ab/{Running.Key}/job.json", "/nothing"];

    public async Task InitializeAsync()
    {
        _running = await Running.StartAsync();
        _running.Fill();
    }

    public async Task DisposeAsync() => await _running.DisposeAsync();

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Without_the_token_nothing_is_shown(string path)
    {
        var answer = await _running.Stranger.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("Open the whole address that it printed", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_128_bits_and_another_at_each_start()
    {
        await using var other = await Running.StartAsync();
        Assert.Matches("^[0-9a-f]{32}$", _running.Token);
        Assert.NotEqual(_running.Token, other.Token);
    }

    [Fact]
    public async Task The_printed_address_puts_the_token_into_a_cookie_and_leads_to_an_address_without_it()
    {
        var first = await _running.Stranger.GetAsync(_running.Address);
        Assert.Equal((HttpStatusCode.Redirect, "/"), (first.StatusCode, first.Headers.Location!.OriginalString));
        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie"));
        var name = $"tombola-{_running.Address.Port}={_running.Token}";
        Assert.Equal([name, "httponly", "path=/", "samesite=lax"], cookie.Split("; ").Order(StringComparer.Ordinal).OrderBy(part => part != name));
        Assert.Equal("no-referrer", Assert.Single(first.Headers.GetValues("Referrer-Policy")));
        Assert.Equal(HttpStatusCode.OK, await WithAsync("Cookie", cookie.Split(';')[0]));
    }

    [Theory]
    [InlineData("Cookie", "tombola-{port}={token}", HttpStatusCode.OK)]
    [InlineData("Cookie", "tombola-{port}={token}0", HttpStatusCode.Unauthorized)]
    [InlineData("Cookie", "tombola-1={token}", HttpStatusCode.Unauthorized)]
    [InlineData("Cookie", "tombola-{port}=", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "Bearer {token}", HttpStatusCode.OK)]
    [InlineData("Authorization", "bearer {token}", HttpStatusCode.OK)]
    [InlineData("Authorization", "Bearer {TOKEN}", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "Bearer 0{token}", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "Bearer", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "Basic {token}", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "{token}", HttpStatusCode.Unauthorized)]
    public async Task Only_the_whole_token_opens(string header, string value, HttpStatusCode status)
    {
        value = value.Replace("{port}", $"{_running.Address.Port}", StringComparison.Ordinal).Replace("{token}", _running.Token, StringComparison.Ordinal)
            .Replace("{TOKEN}", new string('0', 32), StringComparison.Ordinal);
        Assert.Equal(status, await WithAsync(header, value));
    }

    [Theory]
    [InlineData("/?token=")]
    [InlineData("/?token=00000000000000000000000000000000")]
    [InlineData("/?token={token}&token={token}")]
    [InlineData("/?Token%20={token}")]
    [InlineData("/api/store?token={token}")]
    [InlineData("//evil.example/?token={token}")]
    public async Task In_an_address_the_token_opens_the_front_page_only(string path)
    {
        var answer = await _running.SendAsync("GET", path.Replace("{token}", _running.Token, StringComparison.Ordinal), more: "");
        Assert.DoesNotContain("Set-Cookie", answer, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Location", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("127.0.0.1:{port}", 200)]
    [InlineData("localhost:{port}", 200)]
    [InlineData("LocalHost:{port}", 200)]
    [InlineData("[::1]:{port}", 200)]
    [InlineData("evil.example:{port}", 400)]
    [InlineData("evil.example", 400)]
    [InlineData("127.0.0.1", 400)]
    [InlineData("localhost", 400)]
    [InlineData("localhost:80", 400)]
    [InlineData("localhost.:{port}", 400)]
    [InlineData("localhost.evil.example:{port}", 400)]
    [InlineData("127.0.0.1.evil.example:{port}", 400)]
    [InlineData("evil.example:{port}@localhost:{port}", 400)]
    [InlineData("127.0.0.1:0{port}", 400)]
    [InlineData("127.1:{port}", 400)]
    [InlineData("2130706433:{port}", 400)]
    [InlineData("0.0.0.0:{port}", 400)]
    [InlineData("127.0.0.2:{port}", 400)]
    [InlineData("[::ffff:127.0.0.1]:{port}", 400)]
    [InlineData("[::]:{port}", 400)]
    [InlineData("", 400)]
    public async Task Only_this_machines_own_names_are_answered(string host, int status)
    {
        var answer = await _running.SendAsync("GET", "/api/store", host.Replace("{port}", $"{_running.Address.Port}", StringComparison.Ordinal));
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(status == 200, answer.Contains(Running.Key, StringComparison.Ordinal));
        if (host == "evil.example:{port}") Assert.Contains("The dashboard answers only as 127.0.0.1", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{port}", HttpStatusCode.OK)]
    [InlineData("http://localhost:{port}", HttpStatusCode.Forbidden)]
    [InlineData("https://127.0.0.1:{port}", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("file://", HttpStatusCode.Forbidden)]
    public async Task Requests_of_other_pages_are_refused(string origin, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/store", UriKind.Relative));
        request.Headers.Add("Origin", origin.Replace("{port}", $"{_running.Address.Port}", StringComparison.Ordinal));
        using var answer = await _running.Client.SendAsync(request);
        Assert.Equal(status, answer.StatusCode);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("POST", 405)]
    [InlineData("PUT", 405)]
    [InlineData("DELETE", 405)]
    [InlineData("PATCH", 405)]
    [InlineData("OPTIONS", 405)]
    [InlineData("TRACE", 405)]
    [InlineData("PROPFIND", 405)]
    public async Task There_is_nothing_to_do_but_read(string method, int status)
    {
        foreach (var path in new[] { "/", "/api/store", "/store/reports/quickstart-0123/index.html" })
        {
            var answer = await _running.SendAsync(method, path, more: "Content-Length: 0\r\n");
            Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
            if (status == 405) Assert.Contains("\r\nAllow: GET, HEAD\r\n", answer, StringComparison.Ordinal);
            else Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        }

        Assert.True(File.Exists(Path.Combine(_running.StorePath, "ab", Running.Key, "job.json")));
    }

    private async Task<HttpStatusCode> WithAsync(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/store", UriKind.Relative));
        Assert.True(request.Headers.TryAddWithoutValidation(header, value));
        using var answer = await _running.Stranger.SendAsync(request);
        return answer.StatusCode;
    }
}
