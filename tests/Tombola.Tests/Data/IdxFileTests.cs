using Tombola.Data;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string TrainImages => _folder.At("mnist", "train-images-idx3-ubyte");

    private string TrainLabels => _folder.At("mnist", "train-labels-idx1-ubyte");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mnist", false)]
    [InlineData("mnist", true)]
    [InlineData("MNIST/raw", true)]
    [InlineData("", false)]
    public void Files_are_found_plain_or_gzipped_in_every_layout(string subfolder, bool gzip)
    {
        _folder.WriteIdx(subfolder, gzip);
        var data = Load();
        Assert.Equal((6, 3), (data.Train.Count, data.Test.Count));
        Assert.False(data.IsPublished);
        Assert.Contains("not known to be the published archive", data.Description, StringComparison.Ordinal);
        var sample = new float[784];
        data.Train.Read(5, sample);
        Assert.Equal(5 / 255f, sample[0]);
        Assert.Equal(0, sample[251]);
        Assert.Equal(5, data.Train.Labels[5]);
    }

    [Fact]
    public void The_fingerprint_does_not_depend_on_packing_but_on_every_byte()
    {
        _folder.WriteIdx("mnist");
        _folder.WriteIdx("", gzip: true);
        var plain = Load().Fingerprint;
        Directory.Delete(_folder.At("mnist"), recursive: true);
        Assert.Equal(plain, Load().Fingerprint);
        Assert.Matches("^[0-9a-f]{16}$", plain);

        _folder.WriteIdx("mnist");
        Change(_folder.At("mnist", "t10k-images-idx3-ubyte"), bytes => [.. bytes[..^1], 77]);
        Assert.NotEqual(plain, Load().Fingerprint);
    }

    [Fact]
    public void A_missing_file_is_refused_with_all_places_and_the_address()
    {
        _folder.WriteIdx("mnist");
        File.Delete(TrainLabels);
        var message = Assert.Throws<FileNotFoundException>(Load).Message;
        string[] parts =
            ["train-labels-idx1-ubyte (or train-labels-idx1-ubyte.gz)", _folder.At("mnist"), _folder.At("MNIST", "raw"), "https://ossci", "--data", "TOMBOLA_DATA"];
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_truncated_image_file_is_refused_with_its_path_record_and_byte()
    {
        _folder.WriteIdx("mnist");
        Change(TrainImages, bytes => bytes[..2000]);
        AssertRefused(TrainImages, "more than the file holds");

        // Of a gzipped file the length is known only once it is unpacked.
        var bytes = TemporaryFolder.Idx([6, 28, 28], TemporaryFolder.Pixels(6));
        File.Delete(TrainImages);
        File.WriteAllBytes(TrainImages + ".gz", TemporaryFolder.Gzip(bytes[..2000]));
        AssertRefused(TrainImages + ".gz", "ends at byte 2000, in record 2 of 6; the header announces 4720 bytes");
    }

    [Fact]
    public void A_gzipped_file_that_is_cut_or_flipped_anywhere_is_refused()
    {
        _folder.WriteIdx("mnist", gzip: true);
        var path = TrainLabels + ".gz";
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            AssertRefused(path, "again");
        }

        for (var place = 10; place < whole.Length; place++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[place] ^= 0x55;
            File.WriteAllBytes(path, bytes);
            AssertRefused(path, "");
        }
    }

    [Theory]
    [InlineData(3, 1, "bytes 0 to 3 are 0x00000801, not the 0x00000803 of an IDX file of images")]
    [InlineData(4, 0x7F, "bytes 4 to 7 give 2130706438 records, but there are from 1 to 600000")]
    [InlineData(5, 1, "announces 65542 x 28 x 28 bytes of data, more than the file holds")]
    [InlineData(7, 0, "bytes 4 to 7 give 0 records")]
    [InlineData(7, 5, "goes on after byte 3936")]
    public void A_wrong_header_is_refused_with_the_byte(int place, byte value, string what)
    {
        _folder.WriteIdx("mnist");
        Change(TrainImages, bytes => [.. bytes[..place], value, .. bytes[(place + 1)..]]);
        AssertRefused(TrainImages, what);
    }

    [Fact]
    public void A_header_alone_that_is_cut_short_is_refused()
    {
        _folder.WriteIdx("mnist");
        Change(TrainImages, bytes => bytes[..9]);
        AssertRefused(TrainImages, "ends at byte 9 of its 16-byte header");
    }

    [Fact]
    public void Images_and_labels_must_be_equally_many()
    {
        _folder.WriteIdx("mnist");
        File.WriteAllBytes(TrainLabels, TemporaryFolder.Idx([5], new byte[5]));
        AssertRefused(TrainLabels, $"gives 5 labels, but {TrainImages} has 6 images");
    }

    [Fact]
    public void A_label_out_of_range_is_refused_with_its_record_and_byte()
    {
        _folder.WriteIdx("mnist");
        Change(TrainLabels, bytes => [.. bytes[..10], 10, .. bytes[11..]]);
        AssertRefused(TrainLabels, "record 2 (byte 10) is the label 10, but labels go from 0 to 9");
    }

    [Fact]
    public void Images_of_another_size_are_refused()
    {
        _folder.WriteIdx("mnist");
        File.WriteAllBytes(TrainImages, TemporaryFolder.Idx([6, 32, 28], new byte[6 * 32 * 28]));
        AssertRefused(TrainImages, "images of 32 x 28 pixels, not 28 x 28");
    }

    private static void Change(string path, Func<byte[], byte[]> change) => File.WriteAllBytes(path, change(File.ReadAllBytes(path)));

    private Dataset Load() => Datasets.Load(new DatasetSpec { Name = "mnist" }, _folder.Data);

    private void AssertRefused(string path, string what)
    {
        var message = Assert.Throws<InvalidDataException>(Load).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }
}
