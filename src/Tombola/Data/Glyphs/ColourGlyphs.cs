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
            Form = new ExampleForm(new Shape(Channels, Side, Side), GlyphShapes.Count),
            KnownFingerprint = ContentHash.Of(Version),
            Size = (TrainCount, TestCount),
        };

    private static DatasetContent Draw() => GlyphContent.Draw(new Shape(Channels, Side, Side), TrainCount, TestCount, Source.KnownFingerprint!, (i, label, canvas, pixels) =>
    {
        var stream = new RandomStream(Seed, RandomStream.Data);
        new GlyphHand(stream, (ulong)i).Trace(GlyphShapes.Strokes(label), canvas);
        new GlyphPaint(stream, (ulong)i).Develop(canvas, pixels);
    });
}
