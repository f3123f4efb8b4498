using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Web;
using Tombola.Jobs;

namespace Tombola.Dashboard.Tests.Support;

/// <summary>A dashboard over a store in a folder of its own, and a client that has the token.</summary>
public sealed class Running : IAsyncDisposable
{
    public const string Key = "ab12000000000000000000000000000000000000000000000000000000000000";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly DashboardServer _server;

    private Running(DashboardServer server, string root)
    {
        (_server, Root) = (server, root);
        Stranger.BaseAddress = Client.BaseAddress = new Uri(server.Address.GetLeftPart(UriPartial.Authority));
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public string Root { get; }

    public string StorePath => Path.Combine(Root, "store");

    public Uri Address => _server.Address;

    public string Token => HttpUtility.ParseQueryString(_server.Address.Query)["token"]!;

    public HttpClient Client { get; } = new() { Timeout = Limit };

    /// <summary>A client without the token, which neither keeps cookies nor follows.</summary>
    public HttpClient Stranger { get; } = new(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = Limit };

    public static async Task<Running> StartAsync()
    {
        var root = Directory.CreateTempSubdirectory("tombola-dashboard").FullName;
        return new Running(await DashboardServer.StartAsync(new Store(Path.Combine(root, "store")), port: 0), root);
    }

    /// <summary>An entry and a report.</summary>
    public void Fill()
    {
        Write($"ab/{Key}/job.json", """{"kind":"train"}""");
        Write($"ab/{Key}/result.json", "{}");
        Write("reports/quickstart-0123/index.html", "<p>the report</p>");
    }

    public string Write(string file, string text)
    {
        var path = Path.Combine(StorePath, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public async Task<JsonElement> OverviewAsync()
    {
        using var document = JsonDocument.Parse(await Client.GetStringAsync(new Uri("/api/store", UriKind.Relative)));
        return document.RootElement.Clone();
    }

    public async Task<HttpResponseMessage> GetAsync(string path) => await Client.GetAsync(new Uri(path, UriKind.Relative));

    /// <summary>Sends a request as it is written, since a client would tidy it first. The answer to the end, headers and all.</summary>
    public async Task<string> SendAsync(string method, string path, string? host = null, string more = "")
    {
        using var socket = await ConnectAsync();
        using var limit = new CancellationTokenSource(Limit);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {host ?? Address.Authority}\r\nAuthorization: Bearer {Token}\r\nConnection: close\r\n{more}\r\n"), limit.Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(limit.Token);
    }

    public async Task<TcpClient> ConnectAsync()
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Stranger.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
