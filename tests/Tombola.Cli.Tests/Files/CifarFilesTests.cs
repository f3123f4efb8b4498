using System.Formats.Tar;
using System.IO.Compression;
using Tombola.Reporting;

namespace Tombola.Cli.Tests;

/// <summary>The files of CIFAR-10 as people have them: a folder, an archive, parts and ruins of either.</summary>
public sealed class CifarFilesTests : IDisposable
{
    private const int Record = 3073, RecordsInFile = 20;
    private static readonly string[] Names = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin"), "test_batch.bin"];
    private readonly Sandbox _sandbox = new();

    public CifarFilesTests()
    {
        Directory.CreateDirectory(Folder);
        foreach (var name in Names) File.WriteAllBytes(Path.Combine(Folder, name), Content);
    }

    private static byte[] Content => [.. Enumerable.Range(0, RecordsInFile * Record).Select(i => (byte)(i % Record == 0 ? i / Record % 10 : i * 31))];

    private string Folder => _sandbox.At("data/cifar-10-batches-bin");

    [Fact]
    public void A_part_of_the_archive_is_trained_on_and_named_as_one()
    {
        var ended = Train(_sandbox.At("data"));
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Contains("100 training and 20 test images of 3x32x32 in 10 classes, not the published archive of CIFAR-10 (100 + 20 records", ended.Output, StringComparison.Ordinal);
        var study = _sandbox.JsonHere(
            "study", "run", "lmc/fig2", "--preset", "resnet20-cifar10", "--replicates", "1", "--steps", "2it", "--set", "model=cifar_resnet_8_2", "--set", "batch=10", "--set", "points=2", "--json");
        Assert.Contains("not the published archive", study.GetProperty("dataDescription").GetString(), StringComparison.Ordinal);
        Assert.Contains("not the published archive", File.ReadAllText(study.GetProperty("report").GetString()!), StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_file_is_named_with_the_record()
    {
        var file = Path.Combine(Folder, "data_batch_3.bin");
        File.WriteAllBytes(file, Content[..10_000]);
        Train(_sandbox.At("data")).FailsWith(1, file, "record 3 ends after 781 of them");
    }

    [Theory]
    [InlineData("../data_batch_1.bin", "leads out of the archive's folder")]
    [InlineData("x/data_batch_1.bin", "the archive has no data_batch_2.bin")]
    [InlineData("x/readme.txt", "the archive has no data_batch_1.bin; it holds readme.txt")]
    public void An_archive_of_other_things_is_refused(string entry, string sentence)
    {
        var archive = _sandbox.At("some.tar.gz");
        using (var packed = new GZipStream(File.Create(archive), CompressionLevel.Fastest))
        using (var tar = new TarWriter(packed, TarEntryFormat.Ustar))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, entry) { DataStream = new MemoryStream(Content) });
        }

        Train(archive).FailsWith(1, archive, sentence);
        _sandbox.RunHere("train", "--preset", "lenet-mnist", "--data", archive).FailsWith(1, archive, "which is a file and no folder");
        Assert.Empty(StoreFolder.Entries(_sandbox.StorePath));
    }

    [Fact]
    public void An_archive_of_one_data_set_is_no_damaged_other_one()
    {
        var archive = _sandbox.At("cifar-10-binary.tar.gz");
        using (var packed = new GZipStream(File.Create(archive), CompressionLevel.Fastest)) TarFile.CreateFromDirectory(Folder, packed, includeBaseDirectory: true);
        var sets = _sandbox.JsonHere("data", "list", "--json", "--data", archive).GetProperty("datasets").EnumerateArray()
            .ToDictionary(set => set.GetProperty("name").GetString()!, set => set.GetProperty("found").GetString());
        Assert.Equal(("yes", "no", "no"), (sets["cifar10"], sets["cifar100"], sets["mnist"]));
    }

    [Fact]
    public void A_batch_larger_than_the_training_set_is_refused() =>
        Train(_sandbox.At("data"), "--set", "batch=101").FailsWith(2, "The batch of 101 is larger than the training set of 100 examples.");

    public void Dispose() => _sandbox.Dispose();

    private Ended Train(string data, params string[] more) =>
        _sandbox.RunHere(["train", "--preset", "resnet20-cifar10", "--steps", "2it", "--set", "model=cifar_resnet_8_2", "--set", "batch=10", "--data", data, .. more]);
}
