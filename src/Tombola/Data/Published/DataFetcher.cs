namespace Tombola.Data;

/// <summary>Downloads published archives into the data folder.</summary>
/// <param name="client">The client to download with; stays the caller's.</param>
internal sealed class DataFetcher(HttpClient client)
{
    private const int BufferSize = 1 << 16;

    /// <summary>
    /// Downloads the files of an archive that are not there yet into <c>FOLDER/NAME</c>. A file appears only once it is whole and its MD5 is right.
    /// </summary>
    /// <returns>Full paths of all files of the archive, in its order.</returns>
    /// <exception cref="IOException">No connection, an HTTP failure, or a folder that cannot be written; the message says what to do by hand.</exception>
    /// <exception cref="InvalidDataException">A file arrived, but is not the published one.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; whole files stay, half ones do not.</exception>
    public async Task<IReadOnlyList<string>> FetchAsync(
        PublishedArchive archive, DataFolder folder, IProgress<FetchProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(folder);
        var paths = new List<string>();
        foreach (var file in archive.Files)
        {
            var path = folder.At(archive.Dataset, file.Name);
            if (!File.Exists(path) || !file.HasMd5(path)) await FetchFileAsync(archive, file, path, progress, cancellation).ConfigureAwait(false);
            paths.Add(path);
        }

        return paths;
    }

    private async Task FetchFileAsync(
        PublishedArchive archive, PublishedFile file, string path, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        var aside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var md5 = await DownloadAsync(new Uri(archive.Mirror, file.Name), file.Name, aside, progress, cancellation).ConfigureAwait(false);
            if (md5 != file.Md5)
            {
                throw new InvalidDataException(
                    $"{new Uri(archive.Mirror, file.Name)} gave a file with the MD5 {md5}, not the published {file.Md5}; it was not kept. Try again "
                        + $"later, or put the right file at {path}.");
            }

            File.Move(aside, path, overwrite: true);
        }
        catch (Exception error) when (IsFailure(error, cancellation))
        {
            throw new IOException(
                $"Could not fetch {new Uri(archive.Mirror, file.Name)} ({Reason(error)}). Download "
                    + $"{string.Join(", ", archive.Files.Select(each => each.Name))} from {archive.Mirror} by other means and put them into "
                    + $"{Path.GetDirectoryName(path)}.",
                error);
        }
        finally
        {
            // Nothing to delete where the folder itself could not be made.
            if (File.Exists(aside)) File.Delete(aside);
        }
    }

    private async Task<string> DownloadAsync(Uri address, string name, string path, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        var total = response.Content.Headers.ContentLength;
        using var md5 = ContentHash.StartMd5();
        var buffer = new byte[BufferSize];
        var received = 0L;
        var source = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var target = File.Create(path);
            await using (target.ConfigureAwait(false))
            {
                progress?.Report(new FetchProgress(name, 0, total));
                for (int count; (count = await source.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
                {
                    md5.AppendData(buffer, 0, count);
                    await target.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
                    received += count;
                    progress?.Report(new FetchProgress(name, received, total));
                }

                // Whoever finds the file later believes that it is whole.
                target.Flush(flushToDisk: true);
            }
        }

        return Convert.ToHexStringLower(md5.GetHashAndReset());
    }

    /// <summary>A cancellation that the caller did not ask for is the client's time limit.</summary>
    private static bool IsFailure(Exception error, CancellationToken cancellation) => error switch
    {
        OperationCanceledException => !cancellation.IsCancellationRequested,
        HttpRequestException or IOException or UnauthorizedAccessException => true,
        _ => false,
    };

    private static string Reason(Exception error) => error switch
    {
        OperationCanceledException => "the server did not answer in time",
        HttpRequestException { StatusCode: { } status } => $"the server answered {(int)status} {status}",
        _ => error.Message.TrimEnd('.'),
    };
}
