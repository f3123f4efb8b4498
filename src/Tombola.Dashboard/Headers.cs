using Microsoft.AspNetCore.Http;

namespace Tombola.Dashboard;

/// <summary>What every answer tells the browser not to do with it.</summary>
internal static class Headers
{
    private const string Nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // What the reports' own policy asks for. The sandbox takes the dashboard's origin from them: a store, and so a report, may be somebody else's.
    private const string Report = Nothing + "; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; sandbox allow-scripts allow-downloads";

    /// <summary>The strictest, for every answer; nothing is kept, since the next reader of this browser may not have the token.</summary>
    public static Task SetAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Nothing;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return next(context);
    }

    /// <summary>For a page of ours, whose one script and one style have these hashes.</summary>
    public static void AllowOwn(HttpResponse response, string script, string style) => response.Headers.ContentSecurityPolicy =
        $"{Nothing}; script-src 'sha256-{script}'; style-src 'sha256-{style}'; connect-src 'self'; require-trusted-types-for 'script'";

    /// <summary>For a report page: its scripts may draw, and reach nothing.</summary>
    public static void AllowReport(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Report;

        // A page in a sandbox may have no opener policy; browsers show an error instead.
        response.Headers.Remove("Cross-Origin-Opener-Policy");
    }
}
