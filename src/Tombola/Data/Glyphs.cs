using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Data;

/// <summary>
/// Ten invented characters, drawn by the program itself: a real problem for a small network, with nothing to download. The images are a pure
/// function of this code, so the fingerprint names its version.
/// </summary>
internal static class Glyphs
{
    /// <summary>To be raised whenever a single byte of the images changes; a test holds their hash.</summary>
    private const string Version = "tombola glyphs 1";

    private const int Side = 28, TrainCount = 12_000, TestCount = 2_000;
    private const ulong Seed = 1;

    public static DatasetSource Source { get; } =
        new("glyphs", "Ten invented characters drawn by the program, 12,000 + 2,000 images of 28x28; needs no files.", _ => Draw())
        {
            KnownFingerprint = ContentHash.Of(Version),
            Size = (TrainCount, TestCount),
        };

    /// <summary>Draws all images. Each is a pure function of its number, so threads do not matter.</summary>
    private static DatasetContent Draw()
    {
        var shape = new Shape(1, Side, Side);
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
                var hand = new GlyphHand(new RandomStream(Seed, RandomStream.Data), (ulong)i);
                hand.Draw(GlyphShapes.Strokes(labels[i]), canvas, pixels.AsSpan(i * shape.Count, shape.Count));
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
