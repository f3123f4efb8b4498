using System.Security.Cryptography;
using Tombola.Data;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class DataVerifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Published_repacked_strange_damaged_and_missing_files_are_told_apart()
    {
        _folder.WriteIdx("tiny", gzip: true);
        var images = _folder.At("tiny", "train-images-idx3-ubyte.gz");
        var labels = _folder.At("tiny", "train-labels-idx1-ubyte.gz");
        var archive = PublishedArchive.OfIdx(
            "tiny",
            "Tiny",
            "http://mirror.invalid/",
            [ContentHash.Md5Of(new MemoryStream(File.ReadAllBytes(images))), new string('0', 32), new string('0', 32), new string('0', 32)],
            [new string('0', 64), Convert.ToHexStringLower(SHA256.HashData(IdxFile.Read(labels, 1).Content.Span)), new string('0', 64), new string('0', 64)]);

        var reports = DataVerifier.Verify(archive, _folder.Data);
        Assert.Equal(
            [FileVerdict.Published, FileVerdict.Published, FileVerdict.NotPublished, FileVerdict.NotPublished], reports.Select(report => report.Verdict));
        Assert.Equal([6, 6, 3, 3], reports.Select(report => report.Records));
        Assert.Equal(images, reports[0].Path);
        Assert.Equal(new FileInfo(images).Length, reports[0].Bytes);
        Assert.Contains("packed differently", reports[1].Message, StringComparison.Ordinal);
        Assert.Contains("not the published archive", reports[2].Message, StringComparison.Ordinal);

        File.Delete(images);
        File.WriteAllBytes(labels, [1, 2, 3]);
        reports = DataVerifier.Verify(archive, _folder.Data);
        Assert.Equal([FileVerdict.Missing, FileVerdict.Damaged], reports.Take(2).Select(report => report.Verdict));
        Assert.Null(reports[0].Path);
        Assert.Contains(labels, reports[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_of_cifar_is_told_from_a_part_of_it_from_its_folder_and_from_rubbish()
    {
        var archive = Cifar10.Archive;
        Assert.Equal(FileVerdict.Missing, Only(archive).Verdict);

        var path = _folder.At("cifar10", archive.Files[0].Name);
        TinyCifar.Ten.WriteArchive(path);
        var part = Only(archive);
        Assert.Equal((FileVerdict.NotPublished, 18, path, new FileInfo(path).Length), (part.Verdict, part.Records, part.Path, part.Bytes));
        Assert.Equal("not the published archive (15 + 3 records, where it has 50,000 + 10,000)", part.Message);

        using (var stream = File.OpenRead(path))
        {
            var itself = archive with { Files = [archive.Files[0] with { Md5 = ContentHash.Md5Of(stream) }] };
            Assert.Equal(FileVerdict.Published, Only(itself).Verdict);
        }

        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.Equal(FileVerdict.Damaged, Only(archive).Verdict);

        File.Delete(path);
        TinyCifar.Ten.WriteFolder(_folder.At("cifar10"));
        Assert.Equal((FileVerdict.NotPublished, 18 * 3073L, _folder.At("cifar10")), (Only(archive).Verdict, Only(archive).Bytes, Only(archive).Path));
    }

    private FileReport Only(PublishedArchive archive) => Assert.Single(DataVerifier.Verify(archive, _folder.Data));
}
