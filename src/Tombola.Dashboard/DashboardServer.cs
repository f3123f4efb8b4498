using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tombola.Engine.Foreign;
using Tombola.Jobs;

namespace Tombola.Dashboard;

/// <summary>Web pages over a store, for whoever has their address: its reports, the jobs that run now, and the latest results, refreshed while you look.</summary>
public sealed class DashboardServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StoreReader _overview;

    private DashboardServer(WebApplication app, StoreReader overview, string token) => (_app, _overview, Address) = (app, overview, new Uri($"{app.Urls.Single()}/?{Gate.Query}={token}"));

    /// <summary>What to open in a browser. It holds a token, made anew at each start: whoever has the address can read the store.</summary>
    public Uri Address { get; }

    /// <summary>Starts to answer, to this machine only.</summary>
    /// <param name="store">The store to show; it is only read.</param>
    /// <param name="port">Where to listen; 0 for any port that is free.</param>
    /// <param name="cancellation">Stops the start.</param>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public static async Task<DashboardServer> StartAsync(Store store, int port, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);

        // Nothing but this code says where to listen. Other builders ask files of the current folder and variables, which can be anybody's.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Listen(IPAddress.Loopback, port, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        var gate = new Gate();
        var (overview, files) = (new StoreReader(store), new StoreFiles(store.Path));
        app.Use(Headers.SetAsync);
        app.Use(TellFailureAsync);
        app.Use(gate.PassAsync);
        app.Run(context => context.Request.Path.Value switch
        {
            "/" => FrontPage.WriteAsync(context),
            "/api/store" => AnswerAsync(context, overview),
            { } path when path.StartsWith(StoreFiles.Address, StringComparison.Ordinal) => files.WriteAsync(context, path[StoreFiles.Address.Length..]),
            _ => Refusal.WriteAsync(context, HttpStatusCode.NotFound, "There is no such page. The dashboard's front page is at /."),
        });
        try
        {
            await app.StartAsync(cancellation);
            return new DashboardServer(app, overview, gate.Token);
        }
        catch (Exception refused) when (refused is IOException { InnerException: AddressInUseException } or SocketException)
        {
            overview.Dispose();
            await app.DisposeAsync();
            var why = refused is SocketException ? $"cannot be opened ({refused.Message})" : "is in use, perhaps by another dashboard";
            throw new IOException($"Port {port} of this machine {why}. Choose another with --port, or --port 0 for any that is free.", refused);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _overview.Dispose();
    }

    private static async Task AnswerAsync(HttpContext context, StoreReader overview) =>
        await context.Response.WriteAsJsonAsync(await overview.ReadAsync(context.RequestAborted), context.RequestAborted);

    private static async Task TellFailureAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await Refusal.WriteAsync(context, HttpStatusCode.InternalServerError, Printable.Sentence($"The dashboard could not answer this: {failure.Message}"));
        }
    }
}
