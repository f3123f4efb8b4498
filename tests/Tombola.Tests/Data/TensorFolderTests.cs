using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class TensorFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Tensor _images = Tensor.Of<byte>("images", [4, 2, 3, 1], [.. Enumerable.Range(0, 24).Select(i => (byte)(10 * i))]);
    private readonly Tensor _labels = Tensor.Of<long>("labels", [4], [0, 2, 1, 0]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("tensors")]
    public void Both_parts_are_read_from_the_folder_or_its_subfolder(string subfolder)
    {
        Directory.CreateDirectory(_folder.At(subfolder));
        Write(Path.Combine(subfolder, "train.safetensors"), _images, _labels);
        Write(Path.Combine(subfolder, "test.safetensors"), Tensor.Of<byte>("images", [1, 2, 3, 1], new byte[6]), Tensor.Of<byte>("labels", [1], [4]));
        var data = Load();
        Assert.Equal((4, 1, 5, new Shape(2, 3, 1)), (data.Train.Count, data.Test.Count, data.Train.Classes, data.Train.Shape));
        Assert.Equal([0, 2, 1, 0], data.Train.Labels.ToArray());
        var sample = new float[6];
        data.Train.Read(2, sample);
        Assert.Equal(120 / 255f, sample[0]);
        Assert.False(data.IsPublished);
    }

    [Fact]
    public void Colour_images_of_the_shape_of_cifar_are_read_channel_by_channel()
    {
        WriteBoth(Tensor.Of<byte>("images", [2, 3, 32, 32], [.. Enumerable.Range(0, 6144).Select(i => (byte)(i / 1024 * 40))]), Tensor.Of<byte>("labels", [2], [9, 0]));
        var data = Datasets.Load(new DatasetSpec { Name = "tensors:" + _folder.FullPath, Pixels = "standard" }, _folder.Data);
        Assert.Equal((new Shape(3, 32, 32), 10, 2), (data.Train.Shape, data.Train.Classes, data.Train.Count));
        var sample = new float[3072];
        data.Train.Read(1, sample);

        // Two images, each of one value in each channel: one deviation below and above the mean.
        Assert.All(sample, value => Assert.Equal(1, value, 5));
    }

    [Fact]
    public void A_folder_can_be_named_after_a_colon()
    {
        WriteBoth(_images, _labels);
        var elsewhere = new DataFolder(_folder.At("elsewhere"));
        Assert.Equal(Load().Fingerprint, Datasets.Load(new DatasetSpec { Name = "tensors:" + _folder.FullPath }, elsewhere).Fingerprint);
    }

    [Fact]
    public void Floats_and_narrow_labels_are_accepted()
    {
        WriteBoth(Tensor.Of<float>("images", [4, 1, 1, 1], [-1, 0, 2, 3]), Tensor.Of<int>("labels", [4], [0, 1, 2, 3]));
        var data = Load();
        var sample = new float[1];
        data.Train.Read(0, sample);
        Assert.Equal(-1, sample[0]);
        Assert.Equal(4, data.Train.Classes);
    }

    [Fact]
    public void The_standard_scale_comes_from_the_training_set()
    {
        WriteBoth(_images, _labels);
        var data = Datasets.Load(new DatasetSpec { Name = "tensors", Pixels = "standard" }, _folder.Data);
        var (sums, squares) = (new double[2], new double[2]);
        var sample = new float[6];
        for (var i = 0; i < 4; i++)
        {
            data.Train.Read(i, sample);
            for (var p = 0; p < 6; p++)
            {
                sums[p / 3] += sample[p];
                squares[p / 3] += sample[p] * sample[p];
            }
        }

        for (var c = 0; c < 2; c++)
        {
            Assert.Equal(0, sums[c] / 12, 6);
            Assert.Equal(1, squares[c] / 12, 5);
        }
    }

    [Fact]
    public void A_constant_channel_cannot_be_standardised()
    {
        WriteBoth(Tensor.Of<byte>("images", [4, 1, 1, 1], [7, 7, 7, 7]), _labels);
        var message = Assert.Throws<InvalidDataException>(() => Datasets.Load(new DatasetSpec { Name = "tensors", Pixels = "standard" }, _folder.Data)).Message;
        Assert.Contains("All pixels in channel 0", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_and_tensors_are_named()
    {
        var missing = Assert.Throws<FileNotFoundException>(Load).Message;
        Assert.Contains("train.safetensors is in none of", missing, StringComparison.Ordinal);
        Assert.Contains(_folder.At("tensors"), missing, StringComparison.Ordinal);
        WriteBoth(_images);
        AssertRefused("there is no tensor labels; the file holds images");
    }

    [Fact]
    public void Images_and_labels_that_make_no_sense_are_refused()
    {
        WriteBoth(_images, Tensor.Of<long>("labels", [3], [0, 1, 2]));
        AssertRefused("there are 4 images but 3 labels");
        WriteBoth(_images, Tensor.Of<long>("labels", [4], [0, 1, -2, 0]));
        AssertRefused("element 2 of tensor labels is -2");
        WriteBoth(_images, Tensor.Of<long>("labels", [4], [0, 1L << 40, 2, 0]));
        AssertRefused("element 1 of tensor labels is 1099511627776");
        WriteBoth(_images, Tensor.Of<float>("labels", [4], [0, 1, 2, 0]));
        AssertRefused("tensor labels holds F32");
        WriteBoth(_images, Tensor.Of<long>("labels", [4, 1], [0, 1, 2, 0]));
        AssertRefused("tensor labels has the shape [4, 1]");
        WriteBoth(Tensor.Of<byte>("images", [4, 6], new byte[24]), _labels);
        AssertRefused("tensor images has the shape [4, 6], not [images, channels, rows, columns]");
        WriteBoth(Tensor.Of<byte>("images", [4, 1, 0, 6], []), _labels);
        AssertRefused("tensor images has the shape [4, 1, 0, 6]");
        WriteBoth(Tensor.Of<double>("images", [4, 1, 1, 1], new double[4]), _labels);
        AssertRefused("tensor images holds F64, but U8 or F32 is needed");
        WriteBoth(Tensor.Of<float>("images", [4, 1, 1, 2], [0, 0, 0, float.NaN, 0, 0, 0, 0]), _labels);
        AssertRefused("no finite number in image 1 (element 3)");
    }

    [Fact]
    public void Training_and_test_images_must_have_one_shape()
    {
        Write("train.safetensors", _images, _labels);
        Write("test.safetensors", Tensor.Of<byte>("images", [4, 1, 1, 1], new byte[4]), _labels);
        Assert.Contains("the images have the shape 1, but those of", Assert.Throws<InvalidDataException>(Load).Message, StringComparison.Ordinal);
    }

    private void Write(string name, params Tensor[] tensors) => Safetensors.Write(_folder.At(name), tensors);

    private void WriteBoth(params Tensor[] tensors)
    {
        Write("train.safetensors", tensors);
        Write("test.safetensors", tensors);
    }

    private Dataset Load() => Datasets.Load(new DatasetSpec { Name = "tensors" }, _folder.Data);

    private void AssertRefused(string what)
    {
        var message = Assert.Throws<InvalidDataException>(Load).Message;
        Assert.StartsWith(_folder.At("train.safetensors"), message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }
}
