using System.Net;
using Tombola.Data;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class DataFetcherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, byte[]> _files = new()
    {
        ["train-images-idx3-ubyte.gz"] = [1, 2, 3],
        ["train-labels-idx1-ubyte.gz"] = [4],
        ["t10k-images-idx3-ubyte.gz"] = new byte[200_000],
        ["t10k-labels-idx1-ubyte.gz"] = [],
    };

    private int _requests;

    private PublishedArchive Archive =>
        PublishedArchive.OfIdx("tiny", "Tiny", "http://mirror.invalid/tiny/", [.. _files.Values.Select(bytes => ContentHash.Md5Of(new MemoryStream(bytes)))]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_arrive_whole_with_progress_and_are_not_fetched_twice()
    {
        var progress = new Recorder();
        var paths = await Fetch(Serve, progress);
        Assert.Equal(_files.Keys.Select(name => _folder.At("tiny", name)), paths);
        foreach (var path in paths) Assert.Equal(_files[Path.GetFileName(path)], File.ReadAllBytes(path));
        Assert.Contains(new FetchProgress("t10k-images-idx3-ubyte.gz", 200_000, 200_000), progress.Reports);
        Assert.Equal(4, Directory.GetFiles(_folder.At("tiny")).Length);

        await Fetch(Serve);
        Assert.Equal(4, _requests);
        File.WriteAllBytes(paths[1], [9]);
        await Fetch(Serve);
        Assert.Equal(5, _requests);
    }

    [Fact]
    public async Task A_failing_server_is_reported_with_what_to_download_from_where_and_where_to_put_it()
    {
        var message = (await Assert.ThrowsAsync<IOException>(() => Fetch(_ => new HttpResponseMessage(HttpStatusCode.NotFound)))).Message;
        string[] parts = [.. _files.Keys, "404 NotFound", "http://mirror.invalid/tiny/", _folder.At("tiny")];
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_connection_and_no_answer_are_reported_the_same_way()
    {
        var offline = await Assert.ThrowsAsync<IOException>(() => Fetch(_ => throw new HttpRequestException("Name or service not known")));
        Assert.Contains("(Name or service not known)", offline.Message, StringComparison.Ordinal);
        var silent = await Assert.ThrowsAsync<IOException>(() => Fetch(_ => throw new TaskCanceledException()));
        Assert.Contains("(the server did not answer in time)", silent.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_another_checksum_is_not_kept()
    {
        var archive = Archive;
        _files["train-labels-idx1-ubyte.gz"] = [5];
        var message = (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch(Serve, archive: archive))).Message;
        Assert.Contains("it was not kept", message, StringComparison.Ordinal);
        Assert.Equal([_folder.At("tiny", "train-images-idx3-ubyte.gz")], Directory.GetFiles(_folder.At("tiny")));
    }

    [Fact]
    public async Task A_cancelled_download_leaves_no_half_file()
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new Recorder(report =>
        {
            if (report is { File: "t10k-images-idx3-ubyte.gz", Received: > 0 }) cancellation.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch(Serve, progress, cancellation: cancellation.Token));
        Assert.Equal(2, Directory.GetFiles(_folder.At("tiny")).Length);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_an_io_error()
    {
        File.WriteAllText(_folder.At("tiny"), "a file where a folder should be");
        Assert.Contains("Could not fetch", (await Assert.ThrowsAsync<IOException>(() => Fetch(Serve))).Message, StringComparison.Ordinal);
    }

    private HttpResponseMessage Serve(HttpRequestMessage request)
    {
        _requests++;
        Assert.StartsWith("/tiny/", request.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(_files[Path.GetFileName(request.RequestUri.AbsolutePath)]) };
    }

    private async Task<IReadOnlyList<string>> Fetch(
        Func<HttpRequestMessage, HttpResponseMessage> answer,
        IProgress<FetchProgress>? progress = null,
        PublishedArchive? archive = null,
        CancellationToken cancellation = default)
    {
        using var client = new HttpClient(new FakeServer(answer));
        return await new DataFetcher(client).FetchAsync(archive ?? Archive, _folder.Data, progress, cancellation);
    }

    private sealed class FakeServer(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }

    private sealed class Recorder(Action<FetchProgress>? then = null) : IProgress<FetchProgress>
    {
        public List<FetchProgress> Reports { get; } = [];

        public void Report(FetchProgress value)
        {
            Reports.Add(value);
            then?.Invoke(value);
        }
    }
}
