using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Tests.Data.Fuzzing;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Data.Folders;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly Shape Small = new(1, 2, 3);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Images_are_those_in_memory_class_by_class()
    {
        var (train, test) = ImageFiles.Write(_folder.FullPath, ToyResNet.Examples(40, 1), ToyResNet.Examples(20, 2));
        var data = Load();
        Assert.Equal((new Shape(3, 32, 32), 10, 40, 20), (data.Train.Shape, data.Train.Classes, data.Train.Count, data.Test.Count));
        AssertSame(train, data.Train);
        AssertSame(test, data.Test);
        Assert.Equal($"40 training and 20 test images of 3x32x32 in 10 classes, in files below {_folder.FullPath}.", data.Description);
        Assert.False(data.IsPublished);
    }

    /// <summary>Subsampling, random labels, the standard scale and augmentation know nothing of where images lie.</summary>
    [Fact]
    public void What_is_drawn_and_scaled_is_what_it_would_be_in_memory()
    {
        var (train, test) = ImageFiles.Write(_folder.FullPath, ToyResNet.Examples(40, 1), ToyResNet.Examples(20, 2));
        foreach (var (name, part) in new[] { ("train", train), ("test", test) })
        {
            Safetensors.Write(_folder.At(name + ".safetensors"), [Tensor.Of<byte>("images", [part.Count, 3, 32, 32], Bytes(part)), Tensor.Of<int>("labels", [part.Count], part.Labels.ToArray())]);
        }

        var spec = new DatasetSpec { Name = "folder", Pixels = DatasetSpec.Standard, Subsample = 30, SubsampleSeed = 3, RandomLabels = 0.5, RandomLabelsSeed = 4 };
        var (lazy, twin) = (Datasets.Load(spec, _folder.Data), Datasets.Load(spec with { Name = "tensors" }, _folder.Data));
        AssertSame(twin.Train, lazy.Train, new Placement(-2, 3, true));
        AssertSame(twin.Test, lazy.Test);
    }

    [Theory]
    [InlineData("", "test")]
    [InlineData("folder", "test")]
    [InlineData("", "val")]
    public void The_folders_may_lie_in_a_subfolder_and_that_of_the_test_images_may_be_called_val(string subfolder, string test)
    {
        WriteSmall("train", "a", "b");
        WriteSmall("test", "a", "b");
        var fingerprint = Load().Fingerprint;
        if (test != "test") Directory.Move(_folder.At("test"), _folder.At(test));
        if (subfolder != "")
        {
            Directory.CreateDirectory(_folder.At(subfolder));
            foreach (var part in new[] { "train", test }) Directory.Move(_folder.At(part), _folder.At(subfolder, part));
        }

        Assert.Equal(fingerprint, Load().Fingerprint);
        Assert.Equal(fingerprint, Datasets.Load(new DatasetSpec { Name = "folder:" + _folder.At(subfolder) }, new DataFolder("/nowhere")).Fingerprint);
    }

    [Fact]
    public void Classes_and_files_are_sorted_by_the_codes_of_their_characters()
    {
        foreach (var part in new[] { "train", "test" }) WriteSmall(part, "b", "B", "a10", "a9");
        File.WriteAllText(_folder.At("train", "b", ".hidden"), "");
        File.WriteAllBytes(_folder.At("train", "B", "Z.pgm"), ImageFiles.Netpbm(Small, [7, 0, 0, 0, 0, 0]));
        var train = Load().Train;
        Assert.Equal([0, 0, 0, 1, 1, 2, 2, 3, 3], train.Labels.ToArray());
        var sample = new float[6];
        train.Read(2, sample);
        Assert.Equal(7 / 255f, sample[0]);
    }

    [Fact]
    public void The_fingerprint_tells_names_sizes_classes_and_contents_apart()
    {
        var known = new HashSet<string>();
        foreach (var part in new[] { "train", "test" }) WriteSmall(part, "a", "b");
        AssertNew();
        var image = _folder.At("train", "a", "0.pgm");
        File.WriteAllBytes(image, ImageFiles.Netpbm(Small, [1, 2, 3, 4, 5, 7]));
        AssertNew();
        File.WriteAllBytes(image, ImageFiles.Netpbm(Small, [1, 2, 3, 4, 5, 7], gap: " \n"));
        AssertNew();
        File.Move(image, _folder.At("train", "a", "00.pgm"));
        AssertNew();
        File.Move(_folder.At("train", "a", "00.pgm"), _folder.At("train", "b", "00.pgm"));
        AssertNew();
        foreach (var part in new[] { "train", "test" }) Directory.Move(_folder.At(part, "a"), _folder.At(part, "A"));
        AssertNew();
        File.WriteAllBytes(_folder.At("test", "A", "2.pgm"), ImageFiles.Netpbm(Small, new byte[6]));
        AssertNew();

        void AssertNew()
        {
            Assert.True(known.Add(Load().Fingerprint));
            Assert.Equal(Load().Fingerprint, Datasets.Fingerprint(new DatasetSpec { Name = "folder" }, _folder.Data));
        }
    }

    /// <summary>As its documentation says: 256 files are looked into, here the even ones of 512.</summary>
    [Fact]
    public void Of_many_files_every_so_manieth_is_looked_into()
    {
        foreach (var part in new[] { "train", "test" }) WriteSmall(part, 128, "a", "b");
        var fingerprint = Load().Fingerprint;
        var files = new[] { "train", "test" }.SelectMany(part => new[] { "a", "b" }.SelectMany(name => Directory.GetFiles(_folder.At(part, name)).Order(StringComparer.Ordinal))).ToArray();
        Change(files[333]);
        Assert.Equal(fingerprint, Load().Fingerprint);
        Change(files[334]);
        Assert.NotEqual(fingerprint, Load().Fingerprint);

        static void Change(string path) => File.WriteAllBytes(path, ImageFiles.Netpbm(Small, [9, 9, 9, 9, 9, 9]));
    }

    [Fact]
    public void A_folder_that_is_missing_or_empty_is_refused()
    {
        Assert.Contains($"no folder train in {_folder.FullPath} or", Assert.Throws<FileNotFoundException>(Load).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.At("train"));
        Assert.Contains("no folder test or val", Assert.Throws<FileNotFoundException>(Load).Message, StringComparison.Ordinal);
        WriteSmall("test", "a", "b");
        AssertRefused("there are no folders in it", "train");
        WriteSmall("train", "a");
        AssertRefused("there is only one folder in it, a", "train");
        Directory.CreateDirectory(_folder.At("train", "b"));
        AssertRefused("no images of this class", "train", "b");
        File.WriteAllText(_folder.At("train", "b", ".keep"), "");
        AssertRefused("no images of this class", "train", "b");
        Directory.Move(_folder.At("train", "b"), _folder.At("train", "c"));
        File.Copy(_folder.At("train", "a", "0.pgm"), _folder.At("train", "c", "0.pgm"));
        AssertRefused("missing: c; more: b", "test");
    }

    [Fact]
    public void What_is_no_image_is_refused_by_name()
    {
        foreach (var part in new[] { "train", "test" }) WriteSmall(part, "a", "b");
        Put("this is no folder, but lies beside", "train", "labels.csv");
        Put("by its name this is no image that can be read; those end in .ppm, .pgm, .pnm", "train", "a", "0.jpg");
        Put("by its name this is no image", "test", "b", "README");
        Directory.CreateDirectory(_folder.At("train", "a", "more.pgm"));
        AssertRefused("this is a folder within the folder of a class", "train", "a", "more.pgm");

        void Put(string what, params string[] names)
        {
            File.WriteAllText(_folder.At(names), "text");
            AssertRefused(what, names);
            File.Delete(_folder.At(names));
        }
    }

    [Fact]
    public void Damaged_files_and_images_of_another_shape_are_refused_by_name()
    {
        foreach (var part in new[] { "train", "test" }) WriteSmall(part, "a", "b");
        Put("does not begin with P5 or P6", []);
        Put("take 6 bytes, but 5 follow the header", ImageFiles.Netpbm(Small, [1, 2, 3, 4, 5, 6])[..^1]);
        Put("the image is 1x3x2, but the first training image is 1x2x3", ImageFiles.Netpbm(new Shape(1, 3, 2), new byte[6]));
        Put("the image is 3x2x3, but the first training image is 1x2x3", ImageFiles.Netpbm(new Shape(3, 2, 3), new byte[18]));

        void Put(string what, byte[] bytes)
        {
            var path = _folder.At("test", "b", "1.pgm");
            File.WriteAllBytes(path, bytes);
            AssertRefused(what, "test", "b", "1.pgm");
        }
    }

    /// <summary>What was sound when it was listed may not be when it is read.</summary>
    [Fact]
    public void Files_that_change_or_vanish_later_are_refused_by_name_when_they_are_read()
    {
        foreach (var part in new[] { "train", "test" }) WriteSmall(part, "a", "b");
        var (train, path) = (Load().Train, _folder.At("train", "b", "1.pgm"));
        File.WriteAllBytes(path, ImageFiles.Netpbm(new Shape(1, 1, 6), new byte[6]));
        Assert.StartsWith($"{path}: the image is 1x1x6", Assert.Throws<InvalidDataException>(() => train.Read(3, new float[6])).Message, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains(path, Assert.Throws<FileNotFoundException>(() => train.Read(3, new float[6])).Message, StringComparison.Ordinal);
        train.Read(2, new float[6]);
    }

    [LinuxTheory]
    [InlineData("pipe", "this is a pipe, not a file")]
    [InlineData("device", "this is a device, not a file")]
    [InlineData("link to nothing", "where there is nothing")]
    [InlineData("link to itself", "this is a link that leads back to itself")]
    public async Task Nothing_waits_for_a_pipe_or_follows_a_link_to_nowhere(string kind, string what)
    {
        foreach (var part in new[] { "train", "test" }) WriteSmall(part, "a", "b");
        SpecialFiles.Put(kind, _folder.At("train", "b", "1.pgm"));
        await Task.Run(() => AssertRefused(what, "train", "b", "1.pgm")).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Links_to_images_and_to_folders_of_images_are_followed()
    {
        foreach (var part in new[] { "train", "test" }) WriteSmall(part, "a", "b");
        var fingerprint = Load().Fingerprint;
        File.Move(_folder.At("train", "a", "0.pgm"), _folder.At("image"));
        File.CreateSymbolicLink(_folder.At("train", "a", "0.pgm"), _folder.At("image"));
        Directory.Move(_folder.At("test", "b"), _folder.At("images"));
        Directory.CreateSymbolicLink(_folder.At("test", "b"), _folder.At("images"));
        Assert.Equal(fingerprint, Load().Fingerprint);
    }

    /// <summary>Images of a program's own format: the seam for any decoder.</summary>
    [Fact]
    public void A_format_that_was_added_is_read()
    {
        ImageFormats.Registry.Add(new ImageFormat("digits", [".digits"], file => new Shape(1, 1, file.Length), (file, pixels) => file.CopyTo(pixels)));
        foreach (var path in new[] { "train/a", "train/b", "test/a", "test/b" })
        {
            Directory.CreateDirectory(_folder.At(path));
            File.WriteAllText(_folder.At(path, "x.Digits"), "012");
        }

        var sample = new float[3];
        Load().Train.Read(1, sample);
        Assert.Equal([48 / 255f, 49 / 255f, 50 / 255f], sample);
    }

    private static void AssertSame(ExampleSource expected, ExampleSource actual, Placement placement = default)
    {
        Assert.Equal(expected.Labels.ToArray(), actual.Labels.ToArray());
        var (one, other) = (new float[expected.Shape.Count], new float[expected.Shape.Count]);
        for (var i = 0; i < expected.Count; i++)
        {
            expected.Read(i, placement, one);
            actual.Read(i, placement, other);
            Assert.True(one.AsSpan().SequenceEqual(other), $"example {i}");
        }
    }

    private static byte[] Bytes(ExampleSource examples)
    {
        var samples = new float[examples.Count * examples.Shape.Count];
        for (var i = 0; i < examples.Count; i++) examples.Read(i, samples.AsSpan(i * examples.Shape.Count));
        return [.. samples.Select(value => (byte)MathF.Round(value * 255))];
    }

    private void WriteSmall(string part, params string[] classes) => WriteSmall(part, 2, classes);

    private void WriteSmall(string part, int count, params string[] classes)
    {
        foreach (var name in classes)
        {
            var path = Directory.CreateDirectory(_folder.At(part, name)).FullName;
            for (var i = 0; i < count; i++) File.WriteAllBytes(Path.Combine(path, $"{i}.pgm"), ImageFiles.Netpbm(Small, [1, 2, 3, 4, 5, (byte)i]));
        }
    }

    private Dataset Load() => Datasets.Load(new DatasetSpec { Name = "folder" }, _folder.Data);

    private void AssertRefused(string what, params string[] names)
    {
        var message = Assert.Throws<InvalidDataException>(Load).Message;
        Assert.StartsWith(_folder.At(names) + ": ", message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
        Sentences.AssertGood(message, _folder.FullPath);
    }
}
