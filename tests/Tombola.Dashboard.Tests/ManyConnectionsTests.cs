using System.Net.Sockets;
using System.Text;
using Tombola.Reporting;

namespace Tombola.Dashboard.Tests;

public sealed class ManyConnectionsTests : IAsyncLifetime
{
    private Running _running = null!;

    public async Task InitializeAsync()
    {
        _running = await Running.StartAsync();
        _running.Fill();
    }

    public async Task DisposeAsync() => await _running.DisposeAsync();

    [Fact]
    public async Task Five_hundred_at_once_are_all_answered()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => _running.SendAsync("GET", "/api/store")));
        Assert.All(answers, answer => Assert.Contains(Running.Key, answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Those_that_send_slowly_or_never_read_keep_nobody_else_waiting()
    {
        await using (var file = File.Create(Path.Combine(_running.StorePath, "ab", Running.Key, "state.safetensors"))) file.SetLength(1L << 30);
        var sockets = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 550; i++)
            {
                sockets.Add(await _running.ConnectAsync());
                var request = i < 500 ? "GET / HTTP/1.1\r\nHost: " : $"GET /store/ab/{Running.Key}/state.safetensors HTTP/1.1\r\nHost: {_running.Address.Authority}\r\nAuthorization: Bearer {_running.Token}\r\n\r\n";
                await sockets[^1].GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
            }

            Assert.Equal(1, (await _running.OverviewAsync()).GetProperty("jobs").GetInt32());
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }
}
