using System.Net;
using Microsoft.AspNetCore.Http;
using Tombola.Jobs;

namespace Tombola.Dashboard;

/// <summary>Serves the store's reports, and the entries' own files for whoever wants to look; no claims, and nothing unfinished.</summary>
internal sealed class StoreFiles(string folder)
{
    public const string Address = "/store/";

    private readonly LinklessFolder _folder = new(folder);

    /// <param name="context">The request to answer.</param>
    /// <param name="path">Names with slashes between them, from the store on.</param>
    public async Task WriteAsync(HttpContext context, string path)
    {
        var names = path.Split('/');
        await using var file = IsForReading(names) ? Open(names) : null;
        if (file is null)
        {
            await Refusal.WriteAsync(context, HttpStatusCode.NotFound, "The store has no such file, or it cannot be read. Links are not followed.");
            return;
        }

        var response = context.Response;
        response.ContentLength = file.Length;
        response.ContentType = Path.GetExtension(names[^1]) switch
        {
            ".html" when names[0] == StoreReader.ReportsFolder => "text/html; charset=utf-8",
            ".json" or ".jsonl" or ".txt" or "" => "text/plain; charset=utf-8",
            ".csv" => "text/csv; charset=utf-8",
            _ => "application/octet-stream",
        };
        if (response.ContentType.StartsWith("text/html", StringComparison.Ordinal)) Headers.AllowReport(response);
        else if (!response.ContentType.StartsWith("text/plain", StringComparison.Ordinal)) response.Headers.ContentDisposition = "attachment";
        if (HttpMethods.IsGet(context.Request.Method)) await file.CopyToAsync(response.Body, context.RequestAborted);
    }

    /// <summary>Anything in the folder of reports but what is being written, and the files of entries.</summary>
    private static bool IsForReading(string[] names) => !names.Any(name => name.StartsWith('.'))
        && (names is [StoreReader.ReportsFolder, _, ..] || (names is [_, var key, _] && StoreEntry.IsPlace(names[0], key)));

    private Stream? Open(string[] names)
    {
        try
        {
            return _folder.Open(names);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
