using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Tombola.Reporting;

namespace Tombola.Cli.Tests;

public sealed class DashboardTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [Fact]
    public async Task It_listens_on_loopback_alone_whatever_files_and_variables_say_and_needs_its_token()
    {
        var folder = Directory.CreateDirectory(_sandbox.At("elsewhere")).FullName;
        var (file, variable, urls) = (FreePort(), FreePort(), FreePort());
        foreach (var name in new[] { "appsettings.json", "appsettings.Production.json", "appsettings.Development.json" })
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), $$"""{ "urls": "http://0.0.0.0:{{urls}}", "AllowedHosts": "*", "Kestrel": { "Endpoints": { "A": { "Url": "http://0.0.0.0:{{file}}" } } } }""");
        }

        var variables = _sandbox.Environment(
            ("Kestrel__Endpoints__A__Url", $"http://0.0.0.0:{variable}"), ("ASPNETCORE_Kestrel__Endpoints__A__Url", $"http://0.0.0.0:{variable}"), ("DOTNET_Kestrel__Endpoints__A__Url", $"http://0.0.0.0:{variable}"),
            ("URLS", $"http://0.0.0.0:{urls}"), ("ASPNETCORE_URLS", $"http://0.0.0.0:{urls}"), ("DOTNET_URLS", $"http://0.0.0.0:{urls}"), ("ASPNETCORE_HTTP_PORTS", $"{urls}"), ("DOTNET_HTTP_PORTS", $"{urls}"),
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("ASPNETCORE_CONTENTROOT", folder), ("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", "No.Such.Assembly"), ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"));
        using var child = new Child(Child.Program, [Child.Assembly, "dashboard", "--port", "0"], variables, folder);
        child.Until(() => child.OutputSoFar.Contains('\n', StringComparison.Ordinal));
        var address = new Uri(Regex.Match(child.OutputSoFar, @"http://127\.0\.0\.1:[0-9]+/\?token=[0-9a-f]{32}").Value);
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        Assert.Equal([IPAddress.Loopback], listening.Where(end => end.Port == address.Port).Select(end => end.Address));
        Assert.DoesNotContain(listening, end => end.Port == file || end.Port == variable || end.Port == urls);

        using var client = new HttpClient();
        Assert.Contains("<title>Tombola</title>", await client.GetStringAsync(address), StringComparison.Ordinal);
        using var stranger = new HttpClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri(address, "/api/store"))).StatusCode);

        _sandbox.Run("dashboard", "--port", $"{address.Port}").FailsWith(1, $"Port {address.Port} of this machine is in use", "--port 0");
        Assert.False(Directory.Exists(_sandbox.StorePath));
    }

    [Fact]
    public async Task Ctrl_C_ends_it_even_while_somebody_does_not_read()
    {
        using var child = _sandbox.Start("dashboard", "--port", "0");
        child.Until(() => child.OutputSoFar.Contains('\n', StringComparison.Ordinal));
        using var silent = new TcpClient();
        await silent.ConnectAsync(IPAddress.Loopback, new Uri(Regex.Match(child.OutputSoFar, "http://[^ ]+").Value).Port);
        await silent.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: "u8.ToArray());
        child.SendInterrupt();
        Assert.Equal(0, child.End(TimeSpan.FromSeconds(30)).Code);
    }

    public void Dispose() => _sandbox.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
