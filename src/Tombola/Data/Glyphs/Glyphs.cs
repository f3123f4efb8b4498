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
            Form = new ExampleForm(new Shape(1, Side, Side), GlyphShapes.Count),
            KnownFingerprint = ContentHash.Of(Version),
            Size = (TrainCount, TestCount),
        };

    private static DatasetContent Draw() => GlyphContent.Draw(new Shape(1, Side, Side), TrainCount, TestCount, Source.KnownFingerprint!, (i, label, canvas, pixels) =>
        new GlyphHand(new RandomStream(Seed, RandomStream.Data), (ulong)i).Draw(GlyphShapes.Strokes(label), canvas, pixels));
}
