using FsCheck;
using FsCheck.Fluent;
using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class AugmentationTests
{
    /// <summary>Rows and columns below and above the width of a vector, of the margin, and of what is moved on the stack.</summary>
    private static readonly Gen<Shape> Shapes =
        from channels in Gen.Choose(1, 3)
        from rows in Gen.Elements(1, 3, 8, 32, 33, 70)
        from columns in Gen.Elements(1, 3, 4, 5, 28, 32, 33, 70)
        select new Shape(channels, rows, columns);

    [Fact]
    public void A_placed_image_is_the_one_that_plain_loops_give_for_bytes_and_for_floats() => Prop.ForAll(
        (from shape in Shapes
         from top in Gen.Choose(-5, 5)
         from left in Gen.Choose(-5, 5)
         from mirrored in Gen.Elements(true, false)
         select (Shape: shape, Placement: new Placement(top, left, mirrored))).ToArbitrary(),
        drawn =>
        {
            var (shape, placement) = drawn;
            var bytes = Enumerable.Range(0, 2 * shape.Count).Select(i => (byte)(1 + (i * 31 % 255))).ToArray();
            var floats = bytes.Select(value => value / 255f).ToArray();
            PixelScale scale = new([.. Enumerable.Range(0, shape.Channels).Select(c => 2f + c)], [.. Enumerable.Range(0, shape.Channels).Select(c => c - 1.5f)]);
            var expected = Naive(floats.AsSpan(shape.Count), shape, placement, scale);
            Assert.Equal(expected, Read(new ByteImages(shape, 2, bytes)));
            Assert.Equal(expected, Read(new FloatImages(shape, 2, floats)));

            float[] Read(Images images)
            {
                var sample = new float[shape.Count + 3];
                Array.Fill(sample, 9f);
                new ExampleSource(images, [0, 0], 1, scale).Read(1, placement, sample);
                Assert.All(sample[^3..], value => Assert.Equal(9f, value));
                return sample[..^3];
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_pixel_is_a_pixel_of_the_image_at_the_drawn_place_or_black() => Prop.ForAll(
        (from seed in Gen.Choose(0, 1000)
         from epoch in Gen.Choose(0, 200)
         from example in Gen.Choose(0, 9)
         select (Seed: (ulong)seed, Epoch: (uint)epoch, Example: example)).ToArbitrary(),
        drawn =>
        {
            var placement = new FlipCrop(drawn.Seed).Of(drawn.Epoch, drawn.Example);
            var (plain, placed) = (new float[3072], new float[3072]);
            Photographs.Read(drawn.Example, plain);
            Photographs.Read(drawn.Example, placement, placed);
            for (var p = 0; p < 3072; p++)
            {
                var (c, y, x) = (p / 1024, p / 32 % 32, p % 32);
                var (sourceY, sourceX) = (y + placement.Top, x + placement.Left);
                if (placement.Mirrored) sourceX = 31 - sourceX;
                var isSeen = sourceY is >= 0 and < 32 && sourceX is >= 0 and < 32;
                Assert.Equal(isSeen ? plain[(c * 1024) + (sourceY * 32) + sourceX] : Black[c], placed[p]);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_place_is_drawn_as_often_as_any_other_and_half_of_the_images_are_mirrored()
    {
        const int Draws = 16_200;
        var augmentation = new FlipCrop(3);
        var places = Enumerable.Range(0, Draws).Select(i => augmentation.Of((uint)(i % 9), i / 9)).ToArray();
        Assert.All(places, place => Assert.True(place is { Top: >= -4 and <= 4, Left: >= -4 and <= 4 }));

        // 162 combinations, 100 times each in the mean: chi-square with 161 degrees of freedom, mean 161 and deviation 18.
        var counts = places.CountBy(place => place).ToArray();
        Assert.Equal(162, counts.Length);
        Assert.InRange(counts.Sum(pair => Math.Pow(pair.Value - 100, 2) / 100), 161 - 72, 161 + 72);
    }

    [Fact]
    public void A_draw_depends_on_seed_epoch_and_example_and_on_nothing_else()
    {
        var augmentation = new FlipCrop(1);
        var draws = (from epoch in Enumerable.Range(0, 20) from example in Enumerable.Range(0, 50) select ((uint)epoch, example)).ToArray();
        var forwards = draws.Select(draw => augmentation.Of(draw.Item1, draw.example)).ToArray();
        var backwards = draws.Reverse().Select(draw => new FlipCrop(1).Of(draw.Item1, draw.example)).Reverse();
        Assert.Equal(forwards, backwards);

        // Two independent draws agree once in 162 times.
        AssertIndependent(draws.Select(draw => augmentation.Of(draw.Item1 + 1, draw.example)));
        AssertIndependent(draws.Select(draw => augmentation.Of(draw.Item1, draw.example + 1)));
        AssertIndependent(draws.Select(draw => new FlipCrop(2).Of(draw.Item1, draw.example)));

        void AssertIndependent(IEnumerable<Placement> others) => Assert.InRange(forwards.Zip(others).Count(pair => pair.First == pair.Second), 0, 20);
    }

    [Fact]
    public void Placing_an_image_allocates_nothing()
    {
        // 80 x 80 pixels are too many for the stack.
        var large = ExampleSource.FromBytes(new Shape(1, 80, 80), new byte[6400], [0], 1);
        var sample = new float[6400];
        var augmentation = new FlipCrop(1);
        Place();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Place();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Place()
        {
            Photographs.Read(1, augmentation.Of(0, 1), sample);
            large.Read(0, augmentation.Of(0, 0), sample);
        }
    }

    [Fact]
    public void Names_are_listed_and_others_are_refused()
    {
        Assert.All(Augmentations.All, name => Assert.Equal(name == Augmentations.None, Augmentations.Create(name, 1) is null));
        Assert.Equal(
            "There is no augmentation 'rotate'. Augmentations: none, flip_crop.", Assert.Throws<SettingException>(() => Augmentations.Create("rotate", 1)).Message);
    }

    /// <summary>Ten images in which no pixel is black, and what the scale makes of black.</summary>
    private static ExampleSource Photographs { get; } = new(
        new ByteImages(new Shape(3, 32, 32), 10, Enumerable.Range(0, 30_720).Select(i => (byte)(1 + (i * 7 % 255))).ToArray()),
        new int[10],
        1,
        PixelScale.Standard([new(0.485, 0.229), new(0.456, 0.224), new(0.406, 0.225)]));

    private static float[] Black { get; } = [(float)(-0.485 / 0.229), (float)(-0.456 / 0.224), (float)(-0.406 / 0.225)];

    /// <summary>Mirrors, pads and cuts one step after the other, as one would write it down.</summary>
    private static float[] Naive(ReadOnlySpan<float> image, Shape shape, Placement placement, PixelScale scale)
    {
        const int Margin = 5;
        var (rows, columns) = (shape.Rows, shape.Columns);
        var result = new float[shape.Count];
        for (var c = 0; c < shape.Channels; c++)
        {
            var padded = new float[rows + (2 * Margin), columns + (2 * Margin)];
            for (var y = 0; y < rows; y++)
            {
                for (var x = 0; x < columns; x++)
                {
                    padded[y + Margin, x + Margin] = image[(((c * rows) + y) * columns) + (placement.Mirrored ? columns - 1 - x : x)];
                }
            }

            for (var y = 0; y < rows; y++)
            {
                for (var x = 0; x < columns; x++)
                {
                    result[(((c * rows) + y) * columns) + x] = MathF.FusedMultiplyAdd(
                        padded[y + placement.Top + Margin, x + placement.Left + Margin], scale.Gain[c], scale.Offset[c]);
                }
            }
        }

        return result;
    }
}
