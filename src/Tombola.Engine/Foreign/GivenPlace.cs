namespace Tombola.Engine.Foreign;

/// <summary>A place that a person named for a result. What the system says when it cannot be written names files that nobody knows, and no way out.</summary>
internal static class GivenPlace
{
    private const string Other = "or name another place.";

    /// <summary>Of exceptions that somebody made with a sentence of their own, and not of the system.</summary>
    private static readonly int Own = new IOException().HResult;

    /// <summary>Writes there.</summary>
    /// <param name="place">As the person named it.</param>
    /// <param name="write">Writes.</param>
    /// <exception cref="IOException">The system refuses; the message names the place, says why, and what to do.</exception>
    public static void Writing(string place, Action write)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            write();
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException and not FileNotFoundException && refused.HResult != Own)
        {
            throw new IOException($"{place} cannot be written: {Reason(refused, place)}", refused);
        }
    }

    private static string Reason(Exception refused, string place) => refused switch
    {
        UnauthorizedAccessException => $"this user may not write there. Change its permissions, {Other}",
        DirectoryNotFoundException => $"there is no folder {Path.GetDirectoryName(Path.GetFullPath(place))}. Make it, {Other}",

        // Behind the reason stands the name under which the file was begun.
        _ => $"{refused.Message.Split(" : '")[0].TrimEnd('.')}. Mend that, {Other}",
    };
}
