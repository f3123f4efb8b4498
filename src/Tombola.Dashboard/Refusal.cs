using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tombola.Dashboard;

/// <summary>An answer that is a sentence.</summary>
internal static class Refusal
{
    public static Task WriteAsync(HttpContext context, HttpStatusCode status, string sentence)
    {
        var bytes = Encoding.UTF8.GetBytes(sentence + "\n");
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
