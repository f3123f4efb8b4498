using Tombola.Engine.Numerics;

namespace Tombola.Data;

/// <summary>The colours of one image: of the ground, which runs from one to another, and of the ink, which stands out against it.</summary>
/// <remarks>Only operations that IEEE 754 rounds in one way, so the bytes are the same on every machine.</remarks>
/// <param name="stream">Random numbers.</param>
/// <param name="image">Number of the image, the stream's sample.</param>
internal sealed class GlyphPaint(RandomStream stream, ulong image)
{
    private const int Channels = 3;

    /// <summary>Streams within the stream, besides those of <see cref="GlyphHand"/>: one for the colours, one for the noise of the pixels.</summary>
    private const uint Colours = 2, Noise = 3;

    private uint _draws;

    /// <summary>Ink, ground and noise to bytes.</summary>
    /// <param name="canvas">With ink on it.</param>
    /// <param name="pixels">Receives <c>[red, green, blue][row, column]</c>.</param>
    public void Develop(GlyphCanvas canvas, Span<byte> pixels)
    {
        Span<double> from = stackalloc double[Channels], to = stackalloc double[Channels], ink = stackalloc double[Channels];
        var (lightness, bits) = (0.0, 0u);
        for (var c = 0; c < Channels; c++)
        {
            (from[c], to[c]) = (Uniform(0, 255), Uniform(0, 255));
            lightness += (from[c] + to[c]) / (2 * Channels);
        }

        // Dark ink on a light ground and light ink on a dark one.
        for (var c = 0; c < Channels; c++) ink[c] = Uniform(0, 120) + (lightness > 127.5 ? 0 : 135);
        Span<double> shares = stackalloc double[canvas.Ink.Length];
        Blend(canvas.Side, shares);
        var noise = Uniform(0.1, 0.4);
        for (var c = 0; c < Channels; c++)
        {
            var plane = pixels.Slice(c * shares.Length, shares.Length);
            for (var p = 0; p < plane.Length; p++)
            {
                // Four pixels share the 32 bits of a draw.
                if (p % 4 == 0) bits = stream.Bits(Noise, image, (uint)((c * plane.Length) + p) / 4);
                var grain = noise * ((bits & 255) - 127.5);
                bits >>= 8;
                var ground = from[c] + ((to[c] - from[c]) * shares[p]);
                var value = ground + ((ink[c] - ground) * canvas.Ink[p]) + grain;
                plane[p] = value <= 0 ? (byte)0 : value >= 255 ? (byte)255 : (byte)(value + 0.5);
            }
        }
    }

    /// <summary>How much of the second colour is in the ground at each pixel: nothing on one side of the image, all on the other, straight in between.</summary>
    private void Blend(int side, Span<double> shares)
    {
        var (across, down, centre) = (Uniform(-1, 1) / side, Uniform(-1, 1) / side, (side - 1) / 2.0);
        for (var p = 0; p < shares.Length; p++)
        {
            var share = 0.5 + (across * ((p % side) - centre)) + (down * ((p / side) - centre));
            shares[p] = share < 0 ? 0 : share > 1 ? 1 : share;
        }
    }

    private double Uniform(double low, double high) => low + ((high - low) * stream.Uniform(Colours, image, _draws++));
}
