using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tombola.Dashboard;

/// <summary>Lets requests through that come by this machine's own name, from the dashboard's own pages, to read, with the token.</summary>
/// <remarks>
/// Being on loopback is not enough: a web page that the user visits can send requests there, under a name of its own which it lets point to this machine
/// (hence the check of Host), and so can every other user of the machine (hence the token).
/// </remarks>
internal sealed class Gate
{
    /// <summary>Name of the token in the address that is printed.</summary>
    public const string Query = "token";

    /// <summary>The port that browsers leave out.</summary>
    private const int DefaultPort = 80;

    private const string Bearer = "Bearer ";
    private static readonly string[] Names = ["127.0.0.1", "localhost", "[::1]"];

    /// <summary>128 random bits, new at each start.</summary>
    public string Token { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var port = context.Connection.LocalPort;
        var host = port == DefaultPort && request.Host.Port is null ? $"{request.Host.Value}:{DefaultPort}" : request.Host.Value;
        if (!Names.Any(name => string.Equals(host, $"{name}:{port}", StringComparison.OrdinalIgnoreCase)))
        {
            return Refusal.WriteAsync(context, HttpStatusCode.BadRequest, $"The dashboard answers only as 127.0.0.1:{port} or localhost:{port}. Open the address that it printed when it started.");
        }

        // The origin of a sandboxed report is 'null', which is not ours either.
        if (request.Headers.Origin is { Count: > 0 } origin && !string.Equals(origin, $"http://{request.Host.Value}", StringComparison.OrdinalIgnoreCase))
        {
            return Refusal.WriteAsync(context, HttpStatusCode.Forbidden, "The dashboard answers no requests of other pages.");
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return Refusal.WriteAsync(context, HttpStatusCode.MethodNotAllowed, "The dashboard can only be read, with GET or HEAD.");
        }

        // The name has the port in it, since browsers keep one set of cookies for all ports of a machine.
        var cookie = $"tombola-{port}";
        if (request.Path == "/" && IsToken(request.Query[Query]))
        {
            // Lax, not Strict: a link from a sandboxed report to another counts as one from elsewhere.
            context.Response.Cookies.Append(cookie, Token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/" });
            context.Response.Redirect("/");
            return Task.CompletedTask;
        }

        var sent = request.Headers.Authorization.ToString();
        if (IsToken(request.Cookies[cookie]) || (sent.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && IsToken(sent[Bearer.Length..]))) return next(context);

        context.Response.Headers.WWWAuthenticate = Bearer.TrimEnd();
        return Refusal.WriteAsync(context, HttpStatusCode.Unauthorized,
            $"The dashboard needs the token of its last start. Open the whole address that it printed in the terminal, with ?{Query}= and what follows; "
            + $"a script sends the header 'Authorization: {Bearer}TOKEN'.");
    }

    /// <summary>Takes as long for a wrong token as for the right one.</summary>
    private bool IsToken(string? given) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given ?? ""), Encoding.UTF8.GetBytes(Token));
}
