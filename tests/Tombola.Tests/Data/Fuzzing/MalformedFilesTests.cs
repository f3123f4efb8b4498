using System.Formats.Tar;
using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Interchange;
using Tombola.Reporting;
using Tombola.Tests.Data.Folders;
using Xunit;

namespace Tombola.Tests.Data.Fuzzing;

/// <summary>Thousands of damaged files of each format: each is read as a plain reader reads it, or refused in a sentence.</summary>
public sealed class MalformedFilesTests : IDisposable
{
    private static readonly Network Small = Architectures.Create("mnist_lenet_4");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_files_are_read_rightly_or_refused(bool gzip)
    {
        _folder.WriteIdx("mnist", gzip);
        string[] names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"];
        string[] paths = [.. names.Select(name => _folder.At("mnist", name + (gzip ? ".gz" : "")))];
        byte[][] sound = [.. paths.Select(File.ReadAllBytes)];
        Try(250, mutator =>
        {
            var which = mutator.Next(2);
            File.WriteAllBytes(paths[1 - which], sound[1 - which]);
            File.WriteAllBytes(paths[which], DamageInOrOut(mutator, sound[which], gzip, mutator.Damage));
        },
        () =>
        {
            var train = Load("mnist").Train;
            var (images, labels) = (PlainReader.Idx(Content(paths[0], gzip), 3), PlainReader.Idx(Content(paths[1], gzip), 1));
            AssertHolds(train, images.Chunk(784), labels);
        });
    }

    [Fact]
    public void Folders_of_cifar_are_read_rightly_or_refused()
    {
        TinyCifar.Hundred.WriteFolder(_folder.FullPath);
        Try(
            350,
            mutator => File.WriteAllBytes(_folder.At("train.bin"), mutator.Damage(TinyCifar.Hundred.Content(0))),
            () => AssertHolds(Load("cifar100").Train, File.ReadAllBytes(_folder.At("train.bin"))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Archives_of_cifar_are_read_rightly_or_refused(bool gzip)
    {
        var (path, tar) = (_folder.At("cifar-100-binary.tar.gz"), TinyCifar.Hundred.Tar());
        var sound = gzip ? TemporaryFolder.Gzip(tar) : tar;
        Try(
            250,
            mutator => File.WriteAllBytes(path, DamageInOrOut(mutator, sound, gzip, mutator.DamageTar)),
            () => AssertHolds(Load("cifar100").Train, PlainReader.Tar(Content(path, gzip))["train.bin"]));
    }

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void Tar_archives_of_every_kind_are_read_rightly_or_refused(TarEntryFormat format)
    {
        var (path, sound) = (_folder.At("a.tar"), Tar(format));
        Try(
            150,
            mutator => File.WriteAllBytes(path, mutator.DamageTar(sound)),
            () =>
            {
                var files = TarArchive.Read(path, 1_000_000).Files;
                var plain = PlainReader.Tar(File.ReadAllBytes(path));
                Assert.Equal(plain.Keys.Order(StringComparer.Ordinal), files.Keys.Order(StringComparer.Ordinal));
                Assert.All(plain, file => Assert.Equal(file.Value, files[file.Key].ToArray()));
            });
    }

    [Fact]
    public void Gzip_files_are_unpacked_rightly_or_refused()
    {
        var path = _folder.At("a.gz");
        byte[][] sound = [.. new[] { 1, 100, 5000 }.Select(count => TemporaryFolder.Gzip([.. Enumerable.Range(0, count).Select(i => (byte)(i * i / 7))]))];
        Try(
            500,
            mutator => File.WriteAllBytes(path, mutator.Damage(sound[mutator.Next(3)])),
            () =>
            {
                var read = DataFile.ReadAll(path, 1_000_000);
                Assert.Equal(Content(path, File.ReadAllBytes(path) is [0x1F, 0x8B, ..]), read);
            });
    }

    [Fact]
    public void Data_in_safetensors_is_read_rightly_or_refused()
    {
        var (path, test) = (_folder.At("train.safetensors"), _folder.At("test.safetensors"));
        Safetensors.Write(test, [Tensor.Of<byte>("images", [3, 1, 2, 2], [.. Enumerable.Range(0, 12).Select(i => (byte)(20 * i))]), Tensor.Of<long>("labels", [3], [0, 2, 1])]);
        var sound = File.ReadAllBytes(test);
        Try(350, mutator => File.WriteAllBytes(path, mutator.DamageSafetensors(sound)), () =>
        {
            var train = Load("tensors").Train;
            var plain = PlainReader.Safetensors(File.ReadAllBytes(path));
            if (plain["images"].DType != "U8" || plain["labels"].DType != "I64") return;
            AssertHolds(train, plain["images"].Bytes.ToArray().Chunk(4), [.. plain["labels"].As<long>().ToArray().Select(label => (byte)label)]);
        });
    }

    [Fact]
    public void Images_of_a_folder_are_read_rightly_or_refused()
    {
        var shape = new Shape(3, 2, 4);
        foreach (var path in new[] { "train/a", "train/b", "test/a", "test/b" })
        {
            Directory.CreateDirectory(_folder.At(path));
            File.WriteAllBytes(_folder.At(path, "0.ppm"), ImageFiles.Netpbm(shape, [.. Enumerable.Range(0, 24).Select(i => (byte)(10 * i))], gap: "\n#x\n"));
        }

        var (damaged, sound) = (_folder.At("train/b/0.ppm"), File.ReadAllBytes(_folder.At("train/a/0.ppm")));
        Try(350, mutator => File.WriteAllBytes(damaged, mutator.Damage(sound)), () =>
        {
            // Whatever stands in the header, the image is what the file ends with: its values pixel by pixel.
            var train = Load("folder").Train;
            AssertHolds(train, [PixelPlanes(sound[^24..]), PixelPlanes(File.ReadAllBytes(damaged)[^24..])], [0, 1]);
        });

        static byte[] PixelPlanes(byte[] values) => [.. Enumerable.Range(0, 24).Select(i => values[(i % 8 * 3) + (i / 8)])];
    }

    [Fact]
    public void Masks_are_read_rightly_or_refused()
    {
        var path = _folder.At("mask.safetensors");
        StateFile.Write(path, new Mask(Small.Space, i => i % 3 > 0 || !Small.Space.Prunable.Any(part => i >= part.Offset && i < part.Offset + part.Count)), new Dictionary<string, string> { ["step"] = "5it" });
        var sound = File.ReadAllBytes(path);
        Try(350, mutator => File.WriteAllBytes(path, mutator.DamageSafetensors(sound)), () =>
        {
            var mask = StateFile.ReadMask(path, Small.Space);
            var plain = PlainReader.Safetensors(File.ReadAllBytes(path));
            foreach (var parameter in Small.Space.Prunable)
            {
                Assert.Equal(plain[parameter.Name].Bytes.ToArray(), Enumerable.Range(parameter.Offset, parameter.Count).Select(i => mask[i] ? (byte)1 : (byte)0));
            }
        });
    }

    [Fact]
    public void States_are_read_rightly_or_refused()
    {
        var path = _folder.At("state.safetensors");
        StateFile.Write(path, Initializers.Initialize(Small, "kaiming_normal", new RandomStream(1, RandomStream.Init)));
        var sound = File.ReadAllBytes(path);
        Try(350, mutator => File.WriteAllBytes(path, mutator.DamageSafetensors(sound)), () =>
        {
            var state = StateFile.Read(path, Small.Space);
            var plain = PlainReader.Safetensors(File.ReadAllBytes(path));
            foreach (var parameter in Small.Space.Parameters)
            {
                Assert.Equal(plain[parameter.Name].Bytes.ToArray(), System.Runtime.InteropServices.MemoryMarshal.AsBytes(state[parameter]).ToArray());
            }
        });
    }

    [Fact]
    public void Packed_states_are_read_rightly_or_refused()
    {
        var path = _folder.At("a.packed.safetensors");
        var mask = new Mask(Small.Space, i => i % 3 > 0 || !Small.Space.Prunable.Any(part => i >= part.Offset && i < part.Offset + part.Count));
        using (var stream = File.Create(path)) PackedFile.Write(stream, new ExportContent(Small, Initializers.Initialize(Small, "kaiming_normal", new RandomStream(1, RandomStream.Init)).Under(mask), mask));
        var sound = File.ReadAllBytes(path);
        Try(350, mutator => File.WriteAllBytes(path, mutator.DamageSafetensors(sound)), () =>
        {
            var (state, read) = PackedFile.Read(path, Small.Space);
            var plain = PlainReader.Safetensors(File.ReadAllBytes(path));
            foreach (var parameter in Small.Space.Prunable)
            {
                var bits = new System.Collections.BitArray(plain[parameter.Name + ".mask_bits"].Bytes.ToArray());
                int[] remaining = [.. Enumerable.Range(0, parameter.Count).Where(i => bits[i])];
                Assert.Equal(remaining, Enumerable.Range(0, parameter.Count).Where(i => read[parameter.Offset + i]));
                Assert.Equal(
                    System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(plain[parameter.Name + ".values"].Bytes.Span).ToArray(),
                    remaining.Select(i => BitConverter.SingleToInt32Bits(state.Weights[parameter.Offset + i])));
            }
        });
    }

    /// <summary>Puts damaged files in place, and reads each.</summary>
    private void Try(int count, Action<Mutator> damage, Action readAndCompare)
    {
        for (var seed = 0; seed < LongTests.Inputs(count); seed++)
        {
            damage(new Mutator(seed));
            var error = Record.Exception(readAndCompare);
            Assert.True(error is null or InvalidDataException or IOException, $"Input {seed}: {error}");
            if (error is not null) Sentences.AssertGood(error.Message, _folder.FullPath);
        }
    }

    /// <summary>A packed file is damaged as it is, or within, so that the packing is sound and what it holds is not.</summary>
    private static byte[] DamageInOrOut(Mutator mutator, byte[] sound, bool gzip, Func<byte[], byte[]> damage) =>
        gzip && mutator.Next(2) == 0 ? TemporaryFolder.Gzip(damage(PlainReader.Gunzip(sound))) : damage(sound);

    private static byte[] Content(string path, bool gzip) => gzip ? PlainReader.Gunzip(File.ReadAllBytes(path)) : File.ReadAllBytes(path);

    private static byte[] Tar(TarEntryFormat format)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, format, leaveOpen: true))
        {
            foreach (var (name, size) in new[] { ("one", 0), ("folder/two", 700), (format == TarEntryFormat.V7 ? "three" : new string('f', 90) + "/" + new string('n', 90), 512) })
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name, new Dictionary<string, string> { ["comment"] = "x" }),
                    _ => new GnuTarEntry(TarEntryType.RegularFile, name),
                };
                entry.ModificationTime = DateTimeOffset.UnixEpoch;
                entry.DataStream = new MemoryStream([.. Enumerable.Range(0, size).Select(i => (byte)(i * i))]);
                writer.WriteEntry(entry);
            }
        }

        return bytes.ToArray();
    }

    private static void AssertHolds(ExampleSource set, byte[] records)
    {
        var each = records.Chunk(2 + TinyCifar.Pixels).ToArray();
        AssertHolds(set, each.Select(record => record[2..]), [.. each.Select(record => record[1])]);
    }

    private static void AssertHolds(ExampleSource set, IEnumerable<byte[]> images, byte[] labels)
    {
        Assert.Equal(labels, set.Labels.ToArray().Select(label => (byte)label));
        var sample = new float[set.Shape.Count];
        foreach (var (i, image) in images.Index())
        {
            set.Read(i, sample);
            for (var p = 0; p < image.Length; p++) Assert.True(image[p] / 255f == sample[p], $"Pixel {p} of image {i} differs.");
        }
    }

    private Dataset Load(string name) => Datasets.Load(new DatasetSpec { Name = name }, _folder.Data);
}
