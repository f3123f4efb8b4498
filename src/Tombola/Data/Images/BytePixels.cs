using System.Buffers;
using System.Runtime.Intrinsics;
using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>Makes numbers of pixels that are bytes and stand for x / 255.</summary>
internal static class BytePixels
{
    private const float Reciprocal = 1f / 255;

    /// <summary>Planes up to this many bytes are moved on the stack.</summary>
    private const int LargestOnStack = 4096;

    /// <summary>Moves and scales one image. Allocates nothing.</summary>
    /// <param name="image"><c>[channel][row, column]</c>.</param>
    /// <param name="shape">Shape of the image.</param>
    /// <param name="placement">Where it comes to lie on a black ground.</param>
    /// <param name="scale">Gain and offset of each channel.</param>
    /// <param name="sample">Receives as many numbers.</param>
    public static void Decode(ReadOnlySpan<byte> image, Shape shape, Placement placement, PixelScale scale, Span<float> sample)
    {
        var plane = shape.Rows * shape.Columns;
        for (var c = 0; c < shape.Channels; c++)
        {
            var source = image.Slice(c * plane, plane);
            var target = sample.Slice(c * plane, plane);
            if (placement == default) Decode(source, scale.Gain[c], scale.Offset[c], target);
            else DecodePlaced(source, shape, placement, scale.Gain[c], scale.Offset[c], target);
        }
    }

    private static void DecodePlaced(ReadOnlySpan<byte> source, Shape shape, Placement placement, float gain, float offset, Span<float> target)
    {
        var rented = target.Length > LargestOnStack ? ArrayPool<byte>.Shared.Rent(target.Length) : null;
        var placed = rented is null ? stackalloc byte[target.Length] : rented.AsSpan(0, target.Length);
        placement.Apply(source, placed, shape);
        Decode(placed, gain, offset, target);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    private static void Decode(ReadOnlySpan<byte> source, float gain, float offset, Span<float> target)
    {
        var (length, size) = (source.Length, Vector512<byte>.Count);
        if (length < size)
        {
            for (var i = 0; i < length; i++) target[i] = Scale(source[i], gain, offset);
            return;
        }

        for (var i = 0; i <= length - size; i += size) DecodeVector(source[i..], gain, offset, target[i..]);

        // The last vector overlaps the one before it and writes the same values again.
        if (length % size != 0) DecodeVector(source[^size..], gain, offset, target[^size..]);
    }

    private static void DecodeVector(ReadOnlySpan<byte> source, float gain, float offset, Span<float> target)
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
