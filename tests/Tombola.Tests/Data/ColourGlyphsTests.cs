using System.Security.Cryptography;
using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class ColourGlyphsTests
{
    private static readonly DatasetSpec Spec = new() { Name = "colour_glyphs" };
    private static readonly DataFolder Nowhere = new(Path.Combine(Path.GetTempPath(), "tombola-nowhere"));
    private static readonly Dataset Data = Datasets.Load(Spec, Nowhere);

    [Fact]
    public void The_bytes_are_the_same_on_every_machine()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var image in Images()) hash.AppendData(image);

        // If the drawing is meant to change, raise the version in ColourGlyphs, so that the fingerprint changes too.
        Assert.Equal("09ee4c4561b1c2264867f553ceb36841", Convert.ToHexStringLower(hash.GetHashAndReset())[..32]);
    }

    [Fact]
    public void The_fingerprint_is_known_without_drawing()
    {
        Assert.Equal(Datasets.Fingerprint(Spec, Nowhere), Data.Fingerprint);
        Assert.Equal("97124b25d5a198be", Data.Fingerprint);
        Assert.NotEqual(Datasets.Fingerprint(new DatasetSpec { Name = "glyphs" }, Nowhere), Data.Fingerprint);
    }

    [Fact]
    public void Classes_are_equally_frequent_in_images_of_the_shape_of_cifar()
    {
        Assert.Equal((2_000, 1_000, 10, new Shape(3, 32, 32)), (Data.Train.Count, Data.Test.Count, Data.Train.Classes, Data.Train.Shape));
        Assert.All(Data.Train.Labels.ToArray().CountBy(label => label), pair => Assert.Equal(200, pair.Value));
        Assert.All(Data.Test.Labels.ToArray().CountBy(label => label), pair => Assert.Equal(100, pair.Value));
    }

    [Fact]
    public void No_two_images_are_equal() => Assert.Equal(3_000, Images().Select(image => Convert.ToHexString(SHA256.HashData(image))).Distinct().Count());

    [Fact]
    public void Neither_the_colour_nor_the_lightness_of_an_image_tells_its_class()
    {
        // Mean of each channel over the images of a class: 200 images whose own means spread over about 255 / sqrt(24) = 52 leave 3.7.
        var images = Images().Take(2_000).ToArray();
        for (var c = 0; c < 3; c++)
        {
            var means = Enumerable.Range(0, 10).Select(label => Enumerable.Range(0, 200)
                .Average(i => images[(10 * i) + label].Skip(c * 1024).Take(1024).Average(value => (double)value))).ToArray();
            Assert.InRange(means.Max() - means.Min(), 0, 25);
        }
    }

    [Fact]
    public void The_standard_scale_can_be_measured()
    {
        var sample = new float[3072];
        Datasets.Load(Spec with { Pixels = "standard" }, Nowhere).Train.Read(0, sample);
        Assert.Contains(sample, value => value < 0);
    }

    private static IEnumerable<byte[]> Images()
    {
        foreach (var set in new[] { Data.Train, Data.Test })
        {
            for (var i = 0; i < set.Count; i++)
            {
                var sample = new float[3072];
                set.Read(i, sample);
                yield return [.. sample.Select(x => (byte)MathF.Round(x * 255))];
            }
        }
    }
}
