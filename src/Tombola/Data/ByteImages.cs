using System.Runtime.Intrinsics;
using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>Images of bytes, which stand for x / 255.</summary>
internal sealed class ByteImages(Shape shape, int count, ReadOnlyMemory<byte> pixels) : Images(shape, count)
{
    private const float Reciprocal = 1f / 255;

    public override Images Choose(ReadOnlySpan<int> places)
    {
        var chosen = new byte[places.Length * Shape.Count];
        for (var i = 0; i < places.Length; i++) pixels.Span.Slice(places[i] * Shape.Count, Shape.Count).CopyTo(chosen.AsSpan(i * Shape.Count));
        return new ByteImages(Shape, places.Length, chosen);
    }

    public override ChannelStatistics[] Statistics()
    {
        var plane = Shape.Rows * Shape.Columns;
        var histograms = new long[Shape.Channels, 256];
        for (var p = 0; p < Count * Shape.Channels; p++)
        {
            foreach (var pixel in pixels.Span.Slice(p * plane, plane)) histograms[p % Shape.Channels, pixel]++;
        }

        var statistics = new ChannelStatistics[Shape.Channels];
        for (var c = 0; c < statistics.Length; c++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var value = 0; value < 256; value++)
            {
                sum += histograms[c, value] * (value / 255.0);
                squares += histograms[c, value] * (value / 255.0 * (value / 255.0));
            }

            statistics[c] = ChannelStatistics.FromSums((double)Count * plane, sum, squares);
        }

        return statistics;
    }

    protected override void ReadPlane(long plane, int length, float gain, float offset, Span<float> target)
    {
        var source = pixels.Span.Slice((int)(plane * length), length);
        var size = Vector512<byte>.Count;
        if (length < size)
        {
            for (var i = 0; i < length; i++) target[i] = Scale(source[i], gain, offset);
            return;
        }

        for (var i = 0; i <= length - size; i += size) ReadVector(source[i..], gain, offset, target[i..]);

        // The last vector overlaps the one before it and writes the same values again.
        if (length % size != 0) ReadVector(source[^size..], gain, offset, target[^size..]);
    }

    private static void ReadVector(ReadOnlySpan<byte> source, float gain, float offset, Span<float> target)
    {
        var (low, high) = Vector512.Widen(Vector512.Create(source));
        var (first, second) = Vector512.Widen(low);
        var (third, fourth) = Vector512.Widen(high);
        var (gains, offsets) = (Vector512.Create(gain), Vector512.Create(offset));
        Scale(first, gains, offsets).CopyTo(target);
        Scale(second, gains, offsets).CopyTo(target[16..]);
        Scale(third, gains, offsets).CopyTo(target[32..]);
        Scale(fourth, gains, offsets).CopyTo(target[48..]);
    }

    /// <summary>x / 255 rounded once (a product with the reciprocal, and one correction), then gain and offset.</summary>
    private static Vector512<float> Scale(Vector512<uint> values, Vector512<float> gain, Vector512<float> offset)
    {
        var (value, reciprocal) = (Vector512.ConvertToSingle(values.AsInt32()), Vector512.Create(Reciprocal));
        var guess = value * reciprocal;
        var unit = Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(guess, Vector512.Create(-255f), value), reciprocal, guess);
        return Vector512.FusedMultiplyAdd(unit, gain, offset);
    }

    private static float Scale(byte value, float gain, float offset)
    {
        var guess = value * Reciprocal;
        var unit = MathF.FusedMultiplyAdd(MathF.FusedMultiplyAdd(guess, -255f, value), Reciprocal, guess);
        return MathF.FusedMultiplyAdd(unit, gain, offset);
    }
}
