using System.Formats.Tar;
using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class CifarTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Archive => _folder.At("cifar-10-binary.tar.gz");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cifar-10-binary.tar.gz", "")]
    [InlineData("cifar-10-binary.tar.gz", "cifar-10-binary.tar.gz")]
    [InlineData("renamed.tgz", "renamed.tgz")]
    [InlineData("cifar10/cifar-10-binary.tar.gz", "")]
    [InlineData("cifar10/cifar-10-binary.tar.gz", "cifar10")]
    [InlineData("cifar-10-binary.tar", "")]
    [InlineData("", "")]
    [InlineData("cifar10", "")]
    [InlineData("cifar10", "cifar10")]
    [InlineData("cifar-10-batches-bin", "")]
    [InlineData("cifar10/cifar-10-batches-bin", "")]
    public void The_archive_is_read_packed_and_unpacked_from_every_place(string place, string named)
    {
        var path = _folder.At(place);
        if (place.EndsWith("gz", StringComparison.Ordinal)) TinyCifar.Ten.WriteArchive(path);
        else if (place.EndsWith(".tar", StringComparison.Ordinal)) TinyCifar.Write(path, TinyCifar.Ten.Tar());
        else TinyCifar.Ten.WriteFolder(path);

        var data = Load("cifar10", named);
        Assert.Equal((15, 3, 10, new Shape(3, 32, 32)), (data.Train.Count, data.Test.Count, data.Train.Classes, data.Train.Shape));
        Assert.False(data.IsPublished);
        Assert.Contains(
            $"not the published archive of CIFAR-10 (15 + 3 records, where it has 50,000 + 10,000), from {path.TrimEnd('/')}", data.Description, StringComparison.Ordinal);
        AssertHolds(TinyCifar.Ten, data);
    }

    [Fact]
    public void Of_the_two_labels_of_cifar100_the_fine_one_counts()
    {
        TinyCifar.Hundred.WriteArchive(_folder.At("cifar-100-binary.tar.gz"));
        var data = Load("cifar100");
        Assert.Equal((3, 3, 100), (data.Train.Count, data.Test.Count, data.Train.Classes));
        AssertHolds(TinyCifar.Hundred, data);
        Assert.Equal(data.Fingerprint, Datasets.Fingerprint(new DatasetSpec { Name = "cifar100" }, _folder.Data));
    }

    [Fact]
    public void The_fingerprint_depends_on_every_record_and_on_nothing_else()
    {
        TinyCifar.Ten.WriteArchive(Archive);
        var packed = Load("cifar10").Fingerprint;
        File.Delete(Archive);
        TinyCifar.Ten.WriteFolder(_folder.FullPath);
        Assert.Equal(packed, Load("cifar10").Fingerprint);
        Assert.Matches("^[0-9a-f]{16}$", packed);

        Change("test_batch.bin", bytes => [.. bytes[..^1], 99]);
        var changed = Load("cifar10").Fingerprint;
        Assert.NotEqual(packed, changed);

        // A record that moves from one set to the other changes what is trained on.
        TinyCifar.Ten.WriteFolder(_folder.FullPath);
        var moved = TinyCifar.Ten.Content(5)[..3073];
        Change("data_batch_5.bin", bytes => [.. bytes, .. moved]);
        Change("test_batch.bin", bytes => bytes[3073..]);
        Assert.NotEqual(packed, Load("cifar10").Fingerprint);
        Assert.Equal((16, 2), (Load("cifar10").Train.Count, Load("cifar10").Test.Count));
    }

    [Fact]
    public void The_standard_scale_is_the_one_of_the_papers()
    {
        TinyCifar.Ten.WriteFolder(_folder.FullPath);
        var data = Datasets.Load(new DatasetSpec { Name = "cifar10", Pixels = "standard" }, _folder.Data);
        var sample = new float[3072];
        data.Train.Read(4, sample);
        double[] means = [0.485, 0.456, 0.406], deviations = [0.229, 0.224, 0.225];
        for (var p = 0; p < sample.Length; p++)
        {
            var channel = p / 1024;
            Assert.Equal(((TinyCifar.Pixel(1, 1, p) / 255.0) - means[channel]) / deviations[channel], sample[p], 1e-5);
        }
    }

    [Fact]
    public void A_subsample_and_the_measured_statistics_reach_across_files()
    {
        TinyCifar.Ten.WriteFolder(_folder.FullPath);
        var chosen = Datasets.Load(new DatasetSpec { Name = "cifar10", Subsample = 15, SubsampleSeed = 2 }, _folder.Data).Train;
        var whole = Load("cifar10").Train;
        Assert.Equal(Samples(whole).Order(StringComparer.Ordinal), Samples(chosen).Order(StringComparer.Ordinal));

        var files = Enumerable.Range(0, 2).Select(f => (ReadOnlyMemory<byte>)TinyCifar.Ten.Content(f)).ToArray();
        var together = Enumerable.Range(0, 2).SelectMany(f => Enumerable.Range(0, 3).SelectMany(i => Enumerable.Range(0, 3072).Select(p => TinyCifar.Pixel(f, i, p))));
        Assert.Equal(
            new ByteImages(CifarFile.Shape, 6, together.ToArray()).Statistics(), new ByteImages(CifarFile.Shape, files, header: 1).Statistics());

        static IEnumerable<string> Samples(ExampleSource set) => Enumerable.Range(0, set.Count).Select(i =>
        {
            var sample = new float[3072];
            set.Read(i, sample);
            return set.Labels[i] + string.Join(' ', sample);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_record_that_is_cut_short_is_named(bool packed)
    {
        Put(3, bytes => bytes[..^5], packed);
        AssertRefused(
            packed ? $"{Archive}, data_batch_4.bin" : _folder.At("data_batch_4.bin"),
            "the size of 9214 bytes is not a whole number of records of 3073 bytes; record 2 ends after 3068 of them. The file is damaged or cut short; "
                + "fetch or copy it again.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_label_out_of_range_is_named_with_its_record_and_byte(bool packed)
    {
        Put(1, bytes => [.. bytes[..6146], 10, .. bytes[6147..]], packed);
        AssertRefused(
            packed ? $"{Archive}, data_batch_2.bin" : _folder.At("data_batch_2.bin"),
            "record 2 (byte 6146) has the label 10, but it goes from 0 to 9. The file is damaged or cut short; fetch or copy it again.");
    }

    [Theory]
    [InlineData(0, 20, "record 1 (byte 3074) has the coarse label 20, but it goes from 0 to 19.")]
    [InlineData(1, 100, "record 1 (byte 3075) has the fine label 100, but it goes from 0 to 99.")]
    public void Both_labels_of_cifar100_are_checked(int place, byte value, string what)
    {
        TinyCifar.Hundred.WriteFolder(_folder.FullPath);
        Change("test.bin", bytes => [.. bytes[..(3074 + place)], value, .. bytes[(3075 + place)..]]);
        AssertRefused(_folder.At("test.bin"), what, "cifar100");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_without_records_is_named(bool packed)
    {
        Put(5, _ => [], packed);
        AssertRefused(packed ? $"{Archive}, test_batch.bin" : _folder.At("test_batch.bin"), "the file is empty.");
    }

    [Fact]
    public void A_missing_archive_is_refused_with_all_places_and_the_remedies()
    {
        var message = Assert.Throws<FileNotFoundException>(() => Load("cifar10")).Message;
        string[] parts = ["cifar-10-binary.tar.gz of cifar10", "data_batch_1.bin", _folder.At("cifar10"), _folder.At("cifar-10-batches-bin"), "https://", "--data", "TOMBOLA_DATA"];
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_the_archive_lacks_is_named_with_those_it_has()
    {
        TinyCifar.Hundred.WriteArchive(Archive);
        AssertMissing(Archive, "the archive has no data_batch_1.bin; it holds batches.meta.txt, test.bin, train.bin. Use cifar-10-binary.tar.gz as it was published.");
        TinyCifar.Write(Archive, TemporaryFolder.Gzip(TinyCifar.Tar(("cifar-10-batches-bin/", TarEntryType.Directory, []))));
        AssertMissing(Archive, "the archive has no data_batch_1.bin; it holds no files.");
        TinyCifar.Write(Archive, TemporaryFolder.Gzip(TinyCifar.Tar(("data_batch_1.bin", TarEntryType.RegularFile, TinyCifar.Ten.Content(0)))));
        AssertRefused(Archive, "the archive has no data_batch_2.bin; it holds data_batch_1.bin.");
    }

    [Fact]
    public void A_file_that_the_folder_lacks_is_named()
    {
        TinyCifar.Ten.WriteFolder(_folder.FullPath);
        File.Delete(_folder.At("data_batch_3.bin"));
        Assert.Equal(
            $"{_folder.At("data_batch_3.bin")} is missing, though the folder has other files of cifar-10-binary.tar.gz. Unpack that archive again.",
            Assert.Throws<FileNotFoundException>(() => Load("cifar10")).Message);
    }

    [CifarFact]
    public void A_real_archive_says_whether_it_is_the_published_one()
    {
        var data = Datasets.Load(new DatasetSpec { Name = "cifar10", Pixels = "standard" }, CifarFactAttribute.Folder!);
        Assert.Equal((10, new Shape(3, 32, 32)), (data.Train.Classes, data.Train.Shape));
        Assert.Equal(data.IsPublished, (data.Train.Count, data.Test.Count) == (50_000, 10_000) && !data.Description.Contains("not ", StringComparison.Ordinal));
        Assert.Equal(10, data.Test.Labels.ToArray().Distinct().Count());

        // Photographs: by the customary scale roughly centred, with a deviation near one, and smooth from pixel to pixel.
        var (sample, sum, squares, steps) = (new float[3072], 0.0, 0.0, 0.0);
        for (var i = 0; i < 1000; i++)
        {
            data.Train.Read(i, sample);
            for (var p = 0; p < sample.Length; p++)
            {
                sum += sample[p];
                squares += (double)sample[p] * sample[p];
                if (p % 32 > 0) steps += Math.Pow(sample[p] - sample[p - 1], 2);
            }
        }

        var count = 1000.0 * 3072;
        Assert.InRange(sum / count, -0.3, 0.3);
        Assert.InRange(squares / count, 0.7, 1.6);
        Assert.InRange(steps / squares, 0, 0.15);
    }

    private static void AssertHolds(TinyCifar source, Dataset data)
    {
        var sample = new float[3072];
        for (var f = 0; f < source.Names.Length; f++)
        {
            var isTest = f == source.Names.Length - 1;
            var set = isTest ? data.Test : data.Train;
            for (var i = 0; i < TinyCifar.Records; i++)
            {
                var index = isTest ? i : (f * TinyCifar.Records) + i;
                Assert.Equal(TinyCifar.Label(f, i), set.Labels[index]);
                set.Read(index, sample);
                for (var p = 0; p < sample.Length; p++) Assert.Equal(TinyCifar.Pixel(f, i, p) / 255f, sample[p]);
            }
        }
    }

    /// <summary>Writes the archive or the folder with one file changed.</summary>
    private void Put(int file, Func<byte[], byte[]> change, bool packed)
    {
        var (ten, name) = (TinyCifar.Ten, TinyCifar.Ten.Names[file]);
        if (packed)
        {
            TinyCifar.Write(Archive, TemporaryFolder.Gzip(TinyCifar.Tar(
                [.. ten.Names.Index().Select(each => (each.Item, TarEntryType.RegularFile, each.Index == file ? change(ten.Content(file)) : ten.Content(each.Index)))])));
        }
        else
        {
            ten.WriteFolder(_folder.FullPath);
            Change(name, change);
        }
    }

    private void Change(string name, Func<byte[], byte[]> change) => File.WriteAllBytes(_folder.At(name), change(File.ReadAllBytes(_folder.At(name))));

    private Dataset Load(string name, string folder = "") => Datasets.Load(new DatasetSpec { Name = name }, new DataFolder(_folder.At(folder)));

    private void AssertRefused(string source, string what, string name = "cifar10") => AssertFails<InvalidDataException>(source, what, name);

    /// <summary>What holds nothing of a data set is not damaged: the data set is missing.</summary>
    private void AssertMissing(string source, string what) => AssertFails<FileNotFoundException>(source, what, "cifar10");

    private void AssertFails<TException>(string source, string what, string name)
        where TException : Exception
    {
        var message = Assert.Throws<TException>(() => Load(name)).Message;
        Assert.StartsWith($"{source}: {what}", message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }
}
