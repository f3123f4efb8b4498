namespace Tombola.Reporting.Charts;

/// <summary>The script that draws charts in a page, where the build could make it.</summary>
internal static class ChartBundle
{
    private static readonly Lazy<string?> Embedded = new(Load);

    /// <summary>JavaScript to stand at the end of a page; null in a build without Node.js.</summary>
    public static string? Script => Embedded.Value;

    private static string? Load()
    {
        using Stream? stream = typeof(ChartBundle).Assembly.GetManifestResourceStream("charts.bundle.js");
        if (stream is null) return null;
        using StreamReader reader = new(stream);
        // Inside a <script> element these two would end it, or begin a comment; both stay the same text to JavaScript.
        return reader.ReadToEnd()
            .Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)
            .Replace("<!--", "<\\!--", StringComparison.Ordinal);
    }
}
