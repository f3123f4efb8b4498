using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>Draws one image.</summary>
/// <param name="image">Its number.</param>
/// <param name="label">What it shows.</param>
/// <param name="canvas">A canvas to draw on first.</param>
/// <param name="pixels">The bytes of the image.</param>
internal delegate void GlyphPainter(int image, int label, GlyphCanvas canvas, Span<byte> pixels);

/// <summary>A data set that the program draws itself: classes in turn, training images first.</summary>
internal static class GlyphContent
{
    /// <summary>Draws all images. Each is a pure function of its number, so threads do not matter.</summary>
    public static DatasetContent Draw(Shape shape, int trainCount, int testCount, string fingerprint, GlyphPainter painter)
    {
        var pixels = new byte[(trainCount + testCount) * shape.Count];
        var labels = new int[trainCount + testCount];
        for (var i = 0; i < labels.Length; i++) labels[i] = i % GlyphShapes.Count;

        // One canvas serves one worker for all its images.
        Parallel.For(
            0,
            labels.Length,
            () => new GlyphCanvas(shape.Rows),
            (i, _, canvas) =>
            {
                painter(i, labels[i], canvas, pixels.AsSpan(i * shape.Count, shape.Count));
                return canvas;
            },
            _ => { });

        var split = trainCount * shape.Count;
        return new DatasetContent(
            new ByteImages(shape, trainCount, pixels.AsMemory(0, split)),
            labels[..trainCount],
            new ByteImages(shape, testCount, pixels.AsMemory(split)),
            labels[trainCount..],
            GlyphShapes.Count,
            fingerprint,
            "drawn by the program",
            IsPublished: true);
    }
}
