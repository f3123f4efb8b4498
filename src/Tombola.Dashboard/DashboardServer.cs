using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tombola.Jobs;

namespace Tombola.Dashboard;

/// <summary>Web pages over a store: its reports, the jobs that run now, and the latest results, refreshed while you look.</summary>
public static class DashboardServer
{
    private const int LatestEntries = 50;

    /// <summary>The server, not started yet.</summary>
    /// <param name="store">The store to show; it is only read.</param>
    /// <param name="url">Where to listen, such as <c>http://127.0.0.1:5280</c>.</param>
    public static WebApplication Create(Store store, string url)
    {
        ArgumentNullException.ThrowIfNull(store);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        app.MapGet("/", () => Results.Stream(typeof(DashboardServer).Assembly.GetManifestResourceStream("index.html")!, "text/html; charset=utf-8"));
        app.MapGet("/api/store", () => Results.Json(Overview(store)));

        // The folder is served as it is: reports, and the entries' own files for whoever wants to look. A file provider never leaves its root.
        var files = new StoreFiles(store.Path);
        app.Lifetime.ApplicationStopped.Register(files.Dispose);
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files, RequestPath = "/store", ServeUnknownFileTypes = true });
        return app;
    }

    private static StoreOverview Overview(Store store)
    {
        var entries = store.Entries().ToArray();
        return new StoreOverview(
            store.Path,
            entries.Length,
            entries.Sum(entry => entry.Bytes),
            Reports(store),
            [.. store.Running().Select(job => job.Key)],
            [.. entries.TakeLast(LatestEntries).Reverse().Select(entry => new StoreJob(
                entry.Key, entry.Job is null ? "unreadable" : entry.Kind, entry.Finished, entry.Bytes))]);
    }

    private static StoreReport[] Reports(Store store)
    {
        var folder = new DirectoryInfo(Path.Combine(store.Path, "reports"));
        return folder.Exists
            ? [.. folder.EnumerateFiles("index.html", SearchOption.AllDirectories).OrderByDescending(file => file.LastWriteTimeUtc)
                .Select(file => new StoreReport(file.Directory!.Name, $"/store/reports/{file.Directory.Name}/index.html", file.LastWriteTimeUtc))]
            : [];
    }
}

/// <summary>What the page shows of a store.</summary>
public sealed record StoreOverview(string Path, int Jobs, long Bytes, IReadOnlyList<StoreReport> Reports, IReadOnlyList<string> Running, IReadOnlyList<StoreJob> Latest);

/// <summary>A study's report.</summary>
public sealed record StoreReport(string Name, string Address, DateTime Written);

/// <summary>A finished job.</summary>
public sealed record StoreJob(string Key, string Kind, DateTime Finished, long Bytes);
