using System.Security.Cryptography;
using Tombola.Data;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class GlyphsTests
{
    private static readonly DatasetSpec Spec = new() { Name = "glyphs" };
    private static readonly DataFolder Nowhere = new(Path.Combine(Path.GetTempPath(), "tombola-nowhere"));
    private static readonly Dataset Data = Datasets.Load(Spec, Nowhere);

    [Fact]
    public void The_bytes_are_the_same_on_every_machine()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var set in new[] { Data.Train, Data.Test })
        {
            for (var i = 0; i < set.Count; i++) hash.AppendData(Bytes(set, i));
        }

        // If the drawing is meant to change, raise the version in Glyphs, so that the fingerprint changes too.
        Assert.Equal("8095fe9eac607bf2136008e4802944fc", Convert.ToHexStringLower(hash.GetHashAndReset())[..32]);
    }

    [Fact]
    public void The_fingerprint_is_known_without_drawing()
    {
        Assert.Equal(Datasets.Fingerprint(Spec, Nowhere), Data.Fingerprint);
        Assert.Equal("fb50246be8e3c81b", Data.Fingerprint);
    }

    [Fact]
    public void Classes_are_equally_frequent()
    {
        Assert.Equal((12_000, 2_000, 10), (Data.Train.Count, Data.Test.Count, Data.Train.Classes));
        Assert.All(Data.Train.Labels.ToArray().CountBy(label => label), pair => Assert.Equal(1_200, pair.Value));
        Assert.All(Data.Test.Labels.ToArray().CountBy(label => label), pair => Assert.Equal(200, pair.Value));
    }

    [Fact]
    public void No_two_images_are_equal_and_none_is_empty()
    {
        var seen = new HashSet<string>();
        foreach (var set in new[] { Data.Train, Data.Test })
        {
            for (var i = 0; i < set.Count; i++)
            {
                var bytes = Bytes(set, i);
                Assert.True(bytes.Count(x => x > 128) > 15, $"Image {i} has hardly any ink.");
                Assert.True(seen.Add(Convert.ToHexString(SHA256.HashData(bytes))));
            }
        }
    }

    private static byte[] Bytes(ExampleSource set, int index)
    {
        var sample = new float[784];
        set.Read(index, sample);
        return [.. sample.Select(x => (byte)MathF.Round(x * 255))];
    }
}
