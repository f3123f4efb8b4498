using Tombola.Engine.Numerics;

namespace Tombola.Data;

/// <summary>The hand that draws one image: never twice with the same slant, size, pen or steadiness.</summary>
/// <remarks>Only operations that IEEE 754 rounds in one way, so the bytes are the same on every machine.</remarks>
/// <param name="stream">Random numbers.</param>
/// <param name="image">Number of the image, the stream's sample.</param>
internal sealed class GlyphHand(RandomStream stream, ulong image)
{
    /// <summary>Half the side of the square that a character of ordinary size fills, in pixels.</summary>
    private const double HalfSize = 9;

    private const int PiecesOfCurve = 4, MostSpecks = 4, MostPoints = 16;

    /// <summary>Streams within the stream: one for the pen, one for the noise of the pixels.</summary>
    private const uint Pen = 0, Noise = 1;

    private uint _draws;
    private double _xx, _xy, _yx, _yy, _x, _y;

    /// <summary>Draws one character, specks and noise.</summary>
    /// <param name="strokes">The character.</param>
    /// <param name="canvas">To draw on; what was there is lost.</param>
    /// <param name="pixels">Receives rows of bytes, 255 = full ink.</param>
    public void Draw(IReadOnlyList<GlyphStroke> strokes, GlyphCanvas canvas, Span<byte> pixels)
    {
        Trace(strokes, canvas);
        Develop(canvas.Ink, pixels);
    }

    /// <summary>Draws one character and specks, and leaves the ink on the canvas.</summary>
    /// <param name="strokes">The character.</param>
    /// <param name="canvas">To draw on; what was there is lost.</param>
    public void Trace(IReadOnlyList<GlyphStroke> strokes, GlyphCanvas canvas)
    {
        PlaceFrame((canvas.Side - 1) / 2.0);
        var radius = Uniform(0.7, 1.7);
        var strength = Uniform(0.7, 1.0);
        var wobble = Uniform(0.02, 0.2);
        canvas.Clear();
        canvas.Begin();
        foreach (var stroke in strokes) DrawStroke(stroke, canvas, wobble, radius + 0.5);
        canvas.Stroke(radius, strength);
        DrawSpecks(canvas);
    }

    /// <summary>Size, rotation, slant and place: an affine map from the character's square to pixels.</summary>
    private void PlaceFrame(double centre)
    {
        var (width, height) = (HalfSize * Uniform(0.65, 1.1), HalfSize * Uniform(0.7, 1.1));
        var (sine, cosine) = SineCosine(Uniform(-0.35, 0.35));
        var slant = Uniform(-0.3, 0.3);
        (_xx, _xy) = (cosine * width, ((cosine * slant) - sine) * height);
        (_yx, _yy) = (sine * width, ((sine * slant) + cosine) * height);
        (_x, _y) = (centre + Uniform(-2, 2), centre + Uniform(-2, 2));
    }

    private void DrawStroke(GlyphStroke stroke, GlyphCanvas canvas, double wobble, double reach)
    {
        Span<(double X, double Y)> points = stackalloc (double, double)[MostPoints];
        points = points[..stroke.Points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            var (u, v) = stroke.Points[i];
            u += Uniform(-wobble, wobble) + Uniform(-wobble, wobble);
            v += Uniform(-wobble, wobble) + Uniform(-wobble, wobble);
            points[i] = ((_xx * u) + (_xy * v) + _x, (_yx * u) + (_yy * v) + _y);
        }

        if (stroke.IsSmooth)
        {
            DrawSpline(points, canvas, reach);
        }
        else
        {
            for (var i = 1; i < points.Length; i++) canvas.Segment(points[i - 1], points[i], reach);
        }
    }

    /// <summary>A quadratic B-spline: parabolas between the middles of the control polygon's sides, each bent towards a control point.</summary>
    private static void DrawSpline(ReadOnlySpan<(double X, double Y)> points, GlyphCanvas canvas, double reach)
    {
        var from = points[0];
        for (var i = 1; i < points.Length - 1; i++)
        {
            var to = i == points.Length - 2 ? points[^1] : ((points[i].X + points[i + 1].X) / 2, (points[i].Y + points[i + 1].Y) / 2);
            var last = from;
            for (var piece = 1; piece <= PiecesOfCurve; piece++)
            {
                var t = (double)piece / PiecesOfCurve;
                var (a, b, c) = ((1 - t) * (1 - t), 2 * t * (1 - t), t * t);
                var next = ((a * from.X) + (b * points[i].X) + (c * to.Item1), (a * from.Y) + (b * points[i].Y) + (c * to.Item2));
                canvas.Segment(last, next, reach);
                last = next;
            }

            from = to;
        }
    }

    /// <summary>Short scratches that belong to no character.</summary>
    private void DrawSpecks(GlyphCanvas canvas)
    {
        var count = (int)Uniform(0, MostSpecks + 1);
        for (var i = 0; i < count; i++)
        {
            var radius = Uniform(0.3, 1.0);
            var (x, y) = (Uniform(1, canvas.Side - 2), Uniform(1, canvas.Side - 2));
            canvas.Begin();
            canvas.Segment((x, y), (x + Uniform(-4, 4), y + Uniform(-4, 4)), radius + 0.5);
            canvas.Stroke(radius, Uniform(0.3, 0.9));
        }
    }

    /// <summary>Ink and noise to bytes. The noise of a pixel is the sum of two even draws of eight bits.</summary>
    private void Develop(ReadOnlySpan<double> ink, Span<byte> pixels)
    {
        var noise = Uniform(0.02, 0.12);
        for (var i = 0; i < pixels.Length; i += 2)
        {
            var bits = stream.Bits(Noise, image, (uint)i / 2);
            pixels[i] = Byte((255 * ink[i]) + (noise * ((int)(bits & 255) + (int)((bits >> 8) & 255) - 255)));
            pixels[i + 1] = Byte((255 * ink[i + 1]) + (noise * ((int)((bits >> 16) & 255) + (int)(bits >> 24) - 255)));
        }
    }

    private static byte Byte(double value) => value <= 0 ? (byte)0 : value >= 255 ? (byte)255 : (byte)(value + 0.5);

    private double Uniform(double low, double high) => low + ((high - low) * stream.Uniform(Pen, image, _draws++));

    /// <summary>Sine and cosine of an angle below half a radian, by their series, to about 1e-9.</summary>
    private static (double Sine, double Cosine) SineCosine(double angle)
    {
        var square = angle * angle;
        return (
            angle * (1 - (square / 6 * (1 - (square / 20 * (1 - (square / 42 * (1 - (square / 72)))))))),
            1 - (square / 2 * (1 - (square / 12 * (1 - (square / 30 * (1 - (square / 56))))))));
    }
}
