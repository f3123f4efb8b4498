using System.Buffers.Binary;
using System.IO.Compression;
using Tombola.Reporting;

namespace Tombola.Cli.Tests;

public sealed class DataFilesTests : IDisposable
{
    private const string TrainImages = "train-images-idx3-ubyte", TrainLabels = "train-labels-idx1-ubyte", TestImages = "t10k-images-idx3-ubyte", TestLabels = "t10k-labels-idx1-ubyte";
    private readonly Sandbox _sandbox = new();
    private readonly string _folder;

    public DataFilesTests()
    {
        _folder = _sandbox.At("data/mnist");
        Directory.CreateDirectory(_folder);
        File.WriteAllBytes(Path.Combine(_folder, TrainImages), Idx(200, 28, 28));
        File.WriteAllBytes(Path.Combine(_folder, TrainLabels), Idx(200));
        File.WriteAllBytes(Path.Combine(_folder, TestImages), Idx(100, 28, 28));
        File.WriteAllBytes(Path.Combine(_folder, TestLabels), Idx(100));
    }

    [Fact]
    public void Sound_files_are_trained_on()
    {
        var ended = Train();
        Assert.True(ended.Code == 0, ended.ToString());
    }

    [Fact]
    public void A_missing_folder_is_named_with_the_remedy() =>
        _sandbox.RunHere("train", "--preset", "lenet-mnist", "--data", _sandbox.At("nowhere")).FailsWith(1, TrainImages, _sandbox.At("nowhere"), "--data", "TOMBOLA_DATA");

    [Fact]
    public void A_truncated_file_is_named()
    {
        var whole = Idx(200, 28, 28);
        File.WriteAllBytes(Path.Combine(_folder, TrainImages), whole[..(whole.Length / 2)]);
        Train().FailsWith(1, Path.Combine(_folder, TrainImages), "fetch or copy it again");
    }

    [Fact]
    public void A_file_of_another_format_is_named()
    {
        File.WriteAllBytes(Path.Combine(_folder, TestImages), Idx(100));
        Train().FailsWith(1, Path.Combine(_folder, TestImages), "not the 0x00000803");
    }

    [Fact]
    public void A_file_that_goes_on_too_long_is_named()
    {
        File.WriteAllBytes(Path.Combine(_folder, TrainLabels), [.. Idx(200), 0]);
        Train().FailsWith(1, Path.Combine(_folder, TrainLabels));
    }

    [Theory]
    [InlineData(0.25, false)]
    [InlineData(0.5, false)]
    [InlineData(0.5, true)]
    [InlineData(0.99, true)]
    public void A_damaged_gzip_file_is_named(double place, bool cut)
    {
        File.Delete(Path.Combine(_folder, TrainImages));
        var packed = Gzip(Idx(200, 28, 28));
        var at = (int)(packed.Length * place);
        if (cut) packed = packed[..at];
        else packed[at] ^= 0x55;
        File.WriteAllBytes(Path.Combine(_folder, TrainImages + ".gz"), packed);
        Train().FailsWith(1, Path.Combine(_folder, TrainImages + ".gz"), "fetch or copy it again");
    }

    [Fact]
    public void The_list_tells_found_from_damaged_and_missing()
    {
        Assert.Equal("yes", Found("mnist"));
        Assert.Equal("no", Found("kmnist"));
        Assert.Equal("no", Found("cifar10"));
        Assert.Equal("yes", Found("glyphs"));
        Assert.Equal("yes", Found("colour_glyphs"));
        File.WriteAllBytes(Path.Combine(_folder, TrainImages), [1, 2, 3]);
        Assert.Equal("damaged", Found("mnist"));
    }

    [Fact]
    public void Verification_fails_for_files_that_are_not_the_published_ones()
    {
        var ended = _sandbox.RunHere("data", "verify", "mnist", "--json");
        Assert.Equal(1, ended.Code);
        Assert.Equal(4, ended.Json().GetArrayLength());
        Assert.All(ended.Json().EnumerateArray(), file => Assert.NotEqual("Published", file.GetProperty("verdict").GetString()));
    }

    [DataFact]
    public void Verification_recognises_the_published_files()
    {
        var files = _sandbox.JsonHere("data", "verify", "mnist", "--json", "--data", RealData.Mnist!);
        Assert.Equal(4, files.GetArrayLength());
        Assert.All(files.EnumerateArray(), file => Assert.Equal("Published", file.GetProperty("verdict").GetString()));
    }

    public void Dispose() => _sandbox.Dispose();

    private Ended Train() => _sandbox.RunHere("train", "--preset", "lenet-mnist", "--steps", "5it", "--set", "batch=20");

    private string? Found(string name) => _sandbox.JsonHere("data", "list", "--json").GetProperty("datasets").EnumerateArray()
        .Single(set => set.GetProperty("name").GetString() == name).GetProperty("found").GetString();

    /// <summary>An IDX file whose bytes are all below ten, so that they are labels too.</summary>
    private static byte[] Idx(params int[] sizes)
    {
        var header = new byte[4 + (4 * sizes.Length)];
        (header[2], header[3]) = (8, (byte)sizes.Length);
        for (var i = 0; i < sizes.Length; i++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), sizes[i]);
        return [.. header, .. Enumerable.Range(0, sizes.Aggregate(1, (product, size) => product * size)).Select(i => (byte)(i * 7919L / 13 % 10))];
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Optimal)) stream.Write(content);
        return packed.ToArray();
    }
}
