using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tombola.Dashboard;

/// <summary>The page that shows the overview.</summary>
internal static class FrontPage
{
    private static readonly string Html = Load();
    private static readonly string Script = HashOf("script"), Style = HashOf("style");

    public static Task WriteAsync(HttpContext context)
    {
        Headers.AllowOwn(context.Response, Script, Style);
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Html, context.RequestAborted);
    }

    private static string Load()
    {
        using var reader = new StreamReader(typeof(FrontPage).Assembly.GetManifestResourceStream("index.html")!);

        // Browsers hash what they parsed, in which every line ends alike.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>The hash by which the policy knows the element's content.</summary>
    private static string HashOf(string element)
    {
        var start = Html.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Html[start..Html.IndexOf($"</{element}>", start, StringComparison.Ordinal)])));
    }
}
