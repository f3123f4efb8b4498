using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Tombola.Tests.Data.Folders;
using Tombola.Tests.Data.Fuzzing;
using Xunit;
using Xunit.Abstractions;

namespace Tombola.Tests.Data;

/// <summary>Small files that unpack to large ones, sparse files and huge headers take no more memory than a sound file of their format.</summary>
public sealed class HugeFilesTests(ITestOutputHelper log) : IDisposable
{
    private const long Megabyte = 1_000_000;
    private const long LargestCifar = 192 << 20;
    private static readonly Network Small = Architectures.Create("mnist_lenet_4");
    private readonly TemporaryFolder _folder = new();

    private string Tensors => _folder.At("train.safetensors");

    private string Archive => _folder.At("cifar-10-binary.tar.gz");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sparse_file_of_eighty_gigabytes_is_judged_by_its_header()
    {
        const long Each = 2_000_000_000;
        WriteTensors(
            $"{{{string.Join(",", Enumerable.Range(0, 40).Select(i => $"\"{(i == 0 ? "images" : i == 1 ? "labels" : $"t{i}")}\":{{\"dtype\":\"U8\",\"shape\":[{Each}],\"data_offsets\":[{i * Each},{(i + 1) * Each}]}}"))}}}", 40 * Each);
        AssertRefused("tensor images of shape [2000000000] has no place in the mask", Megabyte, () => StateFile.ReadMask(Tensors, Small.Space));
        AssertRefused("tensor images of shape [2000000000] has no place in the network", Megabyte, () => StateFile.Read(Tensors, Small.Space));
        AssertRefused("tensor images has the shape [2000000000], not", Megabyte, () => Load("tensors"));
    }

    [Fact]
    public void A_huge_header_costs_little_and_is_told_in_a_sentence()
    {
        const int Length = 20_000_000;
        WriteTensors($"{{\"w\":{{\"dtype\":\"U8\",\"data_offsets\":[0,1],\"shape\":[{string.Join(',', Enumerable.Repeat(1, Length / 2))}]}}}}", 1);
        AssertRefused("at most 16 dimensions", Length + Megabyte, () => Safetensors.Read(Tensors));
        WriteTensors($"{{{string.Join(',', Enumerable.Range(0, 300_000).Select(i => $"\"{i}\":{{}}"))}}}", 1);
        AssertRefused("tensor 0 lacks", Length + Megabyte, () => Safetensors.Read(Tensors));
        WriteTensors($"{{\"__metadata__\":{{{string.Join(',', Enumerable.Range(0, 300_000).Select(i => $"\"{i}\":\"\""))}}}}}", 0);
        AssertRefused("more than 100000 entries of __metadata__", (2 * Length) + Megabyte, () => Safetensors.Read(Tensors));
        WriteTensors($"{{\"{new string('n', Length)}\":{{\"dtype\":\"\\u001b[2J\"}}}}", 1);
        AssertRefused("tensor nnnn", (4 * Length) + Megabyte, () => Safetensors.Read(Tensors));
        WriteTensors("{" + new string(' ', 26_000_000) + "}", 0);
        AssertRefused("bytes 0 to 7 announce a header of 26000002 bytes", Megabyte, () => Safetensors.Read(Tensors));
    }

    [Fact]
    public void An_archive_of_cifar_unpacks_to_no_more_than_the_format_holds()
    {
        Gzip(Archive, 1_000_000_000, []);
        AssertRefused("by its last bytes the file unpacks to 1000000000 bytes, but 201326592 are the most", Megabyte, () => Load("cifar10"));
        AssertRefused("by its last bytes", Megabyte, () => TarArchive.Read(Archive, (int)LargestCifar));

        // The same, but the trailer lies.
        var bytes = File.ReadAllBytes(Archive);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), 150_000_000);
        File.WriteAllBytes(Archive, bytes);
        AssertRefused("does not unpack to the 150000000 bytes", LargestCifar + Megabyte, () => Load("cifar10"));

        // A small file cannot hold as much as its trailer says.
        TinyCifar.Ten.WriteArchive(Archive);
        bytes = File.ReadAllBytes(Archive);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), 150_000_000);
        File.WriteAllBytes(Archive, bytes);
        AssertRefused("by its last bytes the file unpacks to 150000000 bytes", Megabyte, () => Load("cifar10"));
    }

    [Fact]
    public void A_folder_of_cifar_holds_no_more_than_the_format()
    {
        TinyCifar.Ten.WriteFolder(_folder.FullPath);
        SetLength(_folder.At("data_batch_1.bin"), 80_000_000_000);
        AssertRefused("the file has 80000000000 bytes, more than the 201326592", Megabyte, () => Load("cifar10"));
        foreach (var name in TinyCifar.Ten.Names) SetLength(_folder.At(name), 3073 * 20_000);
        AssertRefused("the file has 61460000 bytes, more than the 16946592", LargestCifar + Megabyte, () => Load("cifar10"));
    }

    [Fact]
    public void An_idx_file_is_judged_by_its_header()
    {
        _folder.WriteIdx("mnist");
        var images = _folder.At("mnist", "train-images-idx3-ubyte");
        File.WriteAllBytes(images, TemporaryFolder.Idx([600_000, 28, 28], new byte[784]));
        AssertRefused("announces 600000 x 28 x 28 bytes of data, more than the file holds", Megabyte, () => IdxFile.Read(images, 3));
        File.WriteAllBytes(images, TemporaryFolder.Idx([600_001, 28, 28], new byte[784]));
        AssertRefused("bytes 4 to 7 give 600001 records", Megabyte, () => IdxFile.Read(images, 3));
        SetLength(images, 80_000_000_000);
        AssertRefused("the file has 80000000000 bytes", Megabyte, () => IdxFile.Read(images, 3));

        Gzip(images + ".gz", 500_000_000, TemporaryFolder.Idx([6, 28, 28], []));
        AssertRefused("data goes on after byte 4720", Megabyte, () => IdxFile.Read(images + ".gz", 3));
        Gzip(images + ".gz", 500_000_000, TemporaryFolder.Idx([600_000, 28, 28], []));
        AssertRefused("data goes on after byte 470400016", 471 * Megabyte, () => IdxFile.Read(images + ".gz", 3));
        File.WriteAllBytes(images + ".gz", TemporaryFolder.Gzip(TemporaryFolder.Idx([600_000, 28, 28], new byte[7840])));
        AssertRefused("more than the file holds", Megabyte, () => IdxFile.Read(images + ".gz", 3));
    }

    [Fact]
    public void An_archive_of_many_files_is_listed_in_a_sentence()
    {
        File.WriteAllBytes(Archive, TinyCifar.Tar([.. Enumerable.Range(0, 20_000).Select(i => ($"\u001b[2J{i}", TarEntryType.RegularFile, Array.Empty<byte>()))]));
        var message = Assert.Throws<FileNotFoundException>(() => Load("cifar10")).Message;
        Assert.Contains(@"it holds \u001b[2J0, \u001b[2J1, ", message, StringComparison.Ordinal);
        Assert.Contains(" and 19992 more. Use ", message, StringComparison.Ordinal);
        Sentences.AssertGood(message, _folder.FullPath);
    }

    [Fact]
    public void An_image_of_a_folder_is_no_larger_than_a_photograph_can_be()
    {
        foreach (var path in new[] { "train/a", "train/b", "test/a", "test/b" })
        {
            Directory.CreateDirectory(_folder.At(path));
            File.WriteAllBytes(_folder.At(path, "0.pgm"), ImageFiles.Netpbm(new Shape(1, 1, 1), [0]));
        }

        SetLength(_folder.At("test/b/0.pgm"), 80_000_000_000);
        AssertRefused("the file has 80000000000 bytes, more than the 268435456", Megabyte, () => Load("folder"));
    }

    private static void Gzip(string path, long zeros, byte[] start)
    {
        using var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        packed.Write(start);
        var some = new byte[1 << 20];
        for (var left = zeros; left > 0; left -= some.Length) packed.Write(some.AsSpan(0, (int)Math.Min(left, some.Length)));
    }

    private static void SetLength(string path, long length)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate);
        file.SetLength(length);
    }

    private void WriteTensors(string header, long data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        using var file = File.Create(Tensors);
        file.Write(BitConverter.GetBytes((long)json.Length));
        file.Write(json);
        file.SetLength(8 + json.Length + data);
    }

    private void AssertRefused(string what, long most, Func<object> read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidDataException>(read);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        log.WriteLine($"{taken / 1e6:F2} MB: {error.Message}");
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Sentences.AssertGood(error.Message, _folder.FullPath);
        Assert.InRange(taken, 0, most);
    }

    private Dataset Load(string name) => Datasets.Load(new DatasetSpec { Name = name }, _folder.Data);
}
