using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class ExampleSourceTests
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(x => (byte)x)];

    [Theory]
    [InlineData(16, 16)]
    [InlineData(1, 256)]
    public void Every_byte_becomes_x_over_255_rounded_once(int rows, int columns)
    {
        var set = ExampleSource.FromBytes(new Shape(1, rows, columns), AllBytes, [0], 1);
        var sample = new float[256];
        set.Read(0, sample);
        for (var x = 0; x < 256; x++) Assert.Equal(x / 255f, sample[x]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(100)]
    [InlineData(128)]
    public void Scaling_does_not_depend_on_the_place_in_the_image(int columns)
    {
        var pixels = Enumerable.Range(0, 2 * 3 * columns).Select(i => (byte)(i * 37)).ToArray();
        var scale = new PixelScale([2f, 0.5f, 1 / 0.3081f], [-1f, 0.25f, -0.1307f / 0.3081f]);
        var set = new ExampleSource(new ByteImages(new Shape(3, 1, columns), 2, pixels), [0, 0], 1, scale);
        var sample = new float[(3 * columns) + 5];
        Array.Fill(sample, 9f);
        set.Read(1, sample);
        for (var i = 0; i < 3 * columns; i++)
        {
            var channel = i / columns;
            Assert.Equal(MathF.FusedMultiplyAdd(pixels[(3 * columns) + i] / 255f, scale.Gain[channel], scale.Offset[channel]), sample[i]);
        }

        Assert.All(sample[^5..], x => Assert.Equal(9f, x));
    }

    [Fact]
    public void Floats_are_taken_as_they_are()
    {
        float[] pixels = [.. Enumerable.Range(0, 40).Select(i => (i * 0.7f) - 3)];
        var set = new ExampleSource(new FloatImages(new Shape(1, 4, 5), 2, pixels), [0, 0], 1, PixelScale.Unit(1));
        var sample = new float[20];
        set.Read(1, sample);
        Assert.Equal(pixels[20..], sample);
    }

    [Fact]
    public void Statistics_of_bytes_and_floats_agree()
    {
        var random = Enumerable.Range(0, 2 * 3 * 20).Select(i => (byte)(i * i)).ToArray();
        var shape = new Shape(3, 4, 5);
        var bytes = new ByteImages(shape, 2, random).Statistics();
        var floats = new FloatImages(shape, 2, random.Select(x => x / 255f).ToArray()).Statistics();
        for (var c = 0; c < 3; c++)
        {
            var channel = Enumerable.Range(0, 2).SelectMany(n => random.Skip((n * 60) + (c * 20)).Take(20)).Select(x => x / 255.0).ToArray();
            Assert.Equal(channel.Average(), bytes[c].Mean, 12);
            Assert.Equal(Math.Sqrt(channel.Average(x => Math.Pow(x - channel.Average(), 2))), bytes[c].Deviation, 12);
            Assert.Equal(bytes[c].Mean, floats[c].Mean, 6);
            Assert.Equal(bytes[c].Deviation, floats[c].Deviation, 6);
        }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var set = ExampleSource.FromBytes(new Shape(1, 16, 16), AllBytes, [0], 1);
        var sample = new float[256];
        set.Read(0, sample);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) set.Read(0, sample);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void An_index_out_of_range_and_a_short_sample_are_refused()
    {
        var set = ExampleSource.FromBytes(new Shape(1, 16, 16), AllBytes, [0], 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Read(1, new float[256]));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Read(-1, new float[256]));
        Assert.ThrowsAny<ArgumentException>(() => set.Read(0, new float[255]));
    }

    [Fact]
    public void Pixels_and_labels_must_fit_each_other()
    {
        Assert.Throws<SettingException>(() => ExampleSource.FromBytes(new Shape(1, 16, 16), AllBytes, [0, 0], 1));
        Assert.Throws<SettingException>(() => ExampleSource.FromBytes(new Shape(1, 16, 16), AllBytes, [1], 1));
    }
}
