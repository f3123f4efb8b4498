using System.Formats.Tar;
using Tombola.Data;
using Tombola.Tests.Data.Fuzzing;
using Xunit;

namespace Tombola.Tests.Data;

/// <summary>CIFAR as torchvision downloads it: other files, the same data.</summary>
public sealed class CifarPythonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cifar-10-python.tar.gz", "")]
    [InlineData("cifar-10-python.tar.gz", "cifar-10-python.tar.gz")]
    [InlineData("renamed.tgz", "renamed.tgz")]
    [InlineData("cifar10/cifar-10-python.tar.gz", "")]
    [InlineData("cifar-10-python.tar", "")]
    [InlineData("", "")]
    [InlineData("cifar10", "")]
    [InlineData("cifar-10-batches-py", "")]
    [InlineData("cifar-10-batches-py", "cifar-10-batches-py")]
    [InlineData("cifar10/cifar-10-batches-py", "")]
    public void Packed_and_unpacked_it_has_the_images_labels_and_fingerprint_of_the_binary_version(string place, string named)
    {
        Put(place);
        var python = Load("cifar10", named);
        Assert.Contains(_folder.At(place).TrimEnd('/'), python.Description, StringComparison.Ordinal);
        using var other = new TemporaryFolder();
        TinyCifar.Ten.WriteFolder(other.FullPath);
        AssertSame(Datasets.Load(new DatasetSpec { Name = "cifar10" }, other.Data), python);
    }

    [Fact]
    public void The_binary_version_comes_first_where_both_are()
    {
        Put("cifar-10-python.tar.gz");
        TinyCifar.Ten.WriteFolder(_folder.At("cifar-10-batches-bin"));
        Assert.Contains("cifar-10-batches-bin", Load("cifar10").Description, StringComparison.Ordinal);
    }

    /// <summary>Python 3 writes keys and pixels as bytes by another way.</summary>
    [Fact]
    public void Files_that_Python_3_wrote_are_read_too()
    {
        var path = _folder.At("cifar-100-python");
        Directory.CreateDirectory(path);
        foreach (var name in new[] { "train", "test" }) File.Copy(Path.Combine(AppContext.BaseDirectory, "oracles", "cifar", name), Path.Combine(path, name));
        using var other = new TemporaryFolder();
        TinyCifar.Hundred.WriteFolder(other.FullPath);
        AssertSame(Datasets.Load(new DatasetSpec { Name = "cifar100" }, other.Data), Load("cifar100"));
    }

    [Fact]
    public void Verification_knows_the_archive_and_the_size_of_its_files()
    {
        Put("cifar-10-batches-py");
        var report = Assert.Single(DataVerifier.Verify(Cifar10.Archive, _folder.Data));
        Assert.Equal((FileVerdict.NotPublished, 18, 6L * PythonBatch.Content(0).Length), (report.Verdict, report.Records, report.Bytes));

        Assert.Equal(["c32a1d4ab5d03f1284b67883e8d87530", "c58f30108f718f92721af3b95e74349a"], Md5Of(Cifar10.Archive));
        Assert.Equal(["03b5dce01913d631647c71ecec9e9cb8", "eb9058c3a382ffc7106e4002c42a8d85"], Md5Of(Cifar100.Archive));

        static IEnumerable<string> Md5Of(PublishedArchive archive) => archive.Format.Versions(archive.Files[0]).Select(version => version.Md5);
    }

    [Fact]
    public void An_archive_with_the_sum_of_the_second_version_is_the_published_one()
    {
        Put("cifar-10-python.tar.gz");
        using var stream = File.OpenRead(_folder.At("cifar-10-python.tar.gz"));
        var format = (CifarFormat)Cifar10.Archive.Format;
        var md5 = ContentHash.Md5Of(stream);
        var known = format with { Packings = [format.Packings[0], format.Packings[1] with { File = format.Packings[1].File with { Md5 = md5 } }] };
        var report = Assert.Single(DataVerifier.Verify(Cifar10.Archive with { Format = known }, _folder.Data));
        Assert.Equal((FileVerdict.Published, $"the published archive (MD5 {md5})"), (report.Verdict, report.Message));
    }

    [Fact]
    public void What_is_not_sound_is_named()
    {
        byte[] labels = [1, 2, 3];
        var pixels = new byte[3 * TinyCifar.Pixels];
        AssertRefused([], "the file is empty");
        AssertRefused(PythonBatch.Pickle([1, 2], pixels), "the file has no list labels of 3 numbers");
        AssertRefused(PythonBatch.Pickle([1, 10, 3], pixels), "record 1 (byte 3073) has the label 10, but it goes from 0 to 9");
        AssertRefused(PythonBatch.Pickle(labels, pixels, type: "u2"), "the file has no array data of bytes with 3072 pixels a row");
        AssertRefused(PythonBatch.Pickle(labels, pixels[1..]), "the file has no array data of bytes with 3072 pixels a row");
        AssertRefused(PythonBatch.Pickle(labels, pixels, columns: 1024), "the file has no array data of bytes with 3072 pixels a row");
        AssertRefused(PythonBatch.Pickle(labels, pixels, reconstruct: "os\nsystem\n"), "the pickle calls for os.system, which is not on the short list");
        AssertRefused(PythonBatch.Pickle(labels, pixels)[..200], "the pickle ends within what is announced");
        AssertRefused([0x80, 2, (byte)'N', (byte)'.'], "the file is no dictionary");
    }

    [Fact]
    public void Damaged_files_are_read_or_refused()
    {
        Put("");
        var sound = PythonBatch.Content(0);
        for (var seed = 0; seed < LongTests.Inputs(400); seed++)
        {
            File.WriteAllBytes(_folder.At("data_batch_1"), new Mutator(seed).Damage(sound));
            var error = Record.Exception(() => Load("cifar10"));
            Assert.True(error is null or InvalidDataException, $"Input {seed}: {error}");
            if (error is not null) Sentences.AssertGood(error.Message, _folder.FullPath);
        }
    }

    private static void AssertSame(Dataset expected, Dataset read)
    {
        Assert.Equal(expected.Fingerprint, read.Fingerprint);
        foreach (var (one, other) in new[] { (expected.Train, read.Train), (expected.Test, read.Test) })
        {
            Assert.Equal(one.Labels.ToArray(), other.Labels.ToArray());
            var (left, right) = (new float[TinyCifar.Pixels], new float[TinyCifar.Pixels]);
            for (var i = 0; i < one.Count; i++)
            {
                one.Read(i, left);
                other.Read(i, right);
                Assert.Equal(left, right);
            }
        }
    }

    private void AssertRefused(byte[] batch, string sentence)
    {
        Put("");
        File.WriteAllBytes(_folder.At("data_batch_3"), batch);
        var message = Assert.Throws<InvalidDataException>(() => Load("cifar10")).Message;
        Assert.StartsWith($"{_folder.At("data_batch_3")}: ", message, StringComparison.Ordinal);
        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Sentences.AssertGood(message, _folder.FullPath);
    }

    private void Put(string place)
    {
        var path = _folder.At(place);
        if (place.EndsWith("gz", StringComparison.Ordinal)) TinyCifar.Write(path, TemporaryFolder.Gzip(Tar()));
        else if (place.EndsWith(".tar", StringComparison.Ordinal)) TinyCifar.Write(path, Tar());
        else
        {
            Directory.CreateDirectory(path);
            foreach (var (file, name) in PythonBatch.Names.Index()) File.WriteAllBytes(Path.Combine(path, name), PythonBatch.Content(file));
        }
    }

    private static byte[] Tar() => TinyCifar.Tar(
    [
        ("cifar-10-batches-py/", TarEntryType.Directory, []),
        ("cifar-10-batches-py/batches.meta", TarEntryType.RegularFile, "names"u8.ToArray()),
        .. PythonBatch.Names.Index().Reverse().Select(file => ($"cifar-10-batches-py/{file.Item}", TarEntryType.RegularFile, PythonBatch.Content(file.Index))),
    ]);

    private Dataset Load(string name, string folder = "") => Datasets.Load(new DatasetSpec { Name = name }, new DataFolder(_folder.At(folder)));
}
