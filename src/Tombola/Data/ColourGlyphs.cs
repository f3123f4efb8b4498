using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Data;

/// <summary>
/// The characters of <see cref="Glyphs"/> as colour images of CIFAR's shape: any colours, light on dark or dark on light, on a ground that runs from
/// one colour to another. Few enough to be drawn in a moment, for trying convolutional networks without a download.
/// </summary>
internal static class ColourGlyphs
{
    /// <summary>To be raised whenever a single byte of the images changes; a test holds their hash.</summary>
    private const string Version = "tombola colour glyphs 1";

    private const int Channels = 3, Side = 32, TrainCount = 2_000, TestCount = 1_000;
    private const ulong Seed = 2;

    public static DatasetSource Source { get; } =
        new("colour_glyphs", "The ten invented characters in colour, 2,000 + 1,000 images of 3x32x32; needs no files.", _ => Draw())
        {
            KnownFingerprint = ContentHash.Of(Version),
            Size = (TrainCount, TestCount),
        };

    /// <summary>Draws all images. Each is a pure function of its number, so threads do not matter.</summary>
    private static DatasetContent Draw()
    {
        var shape = new Shape(Channels, Side, Side);
        var pixels = new byte[(TrainCount + TestCount) * shape.Count];
        var labels = new int[TrainCount + TestCount];
        for (var i = 0; i < labels.Length; i++) labels[i] = i % GlyphShapes.Count;

        // One canvas serves one worker for all its images.
        Parallel.For(
            0,
            labels.Length,
            () => new GlyphCanvas(Side),
            (i, _, canvas) =>
            {
                var stream = new RandomStream(Seed, RandomStream.Data);
                new GlyphHand(stream, (ulong)i).Trace(GlyphShapes.Strokes(labels[i]), canvas);
                new GlyphPaint(stream, (ulong)i).Develop(canvas, pixels.AsSpan(i * shape.Count, shape.Count));
                return canvas;
            },
            _ => { });

        var split = TrainCount * shape.Count;
        return new DatasetContent(
            new ByteImages(shape, TrainCount, pixels.AsMemory(0, split)),
            labels[..TrainCount],
            new ByteImages(shape, TestCount, pixels.AsMemory(split)),
            labels[TrainCount..],
            GlyphShapes.Count,
            Source.KnownFingerprint!,
            "drawn by the program",
            IsPublished: true);
    }
}
