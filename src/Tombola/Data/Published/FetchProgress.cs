namespace Tombola.Data;

/// <summary>How far a download is.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Received">Bytes so far.</param>
/// <param name="Total">Bytes in all, or null if the server does not say.</param>
internal sealed record FetchProgress(string File, long Received, long? Total);
