using System.Buffers;
using System.Runtime.Intrinsics;
using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>Images of bytes, which stand for x / 255. They stay in the files they came in: records, each a header and an image.</summary>
internal sealed class ByteImages : Images
{
    private const float Reciprocal = 1f / 255;

    /// <summary>Planes up to this many bytes are moved on the stack.</summary>
    private const int LargestOnStack = 4096;

    private readonly ReadOnlyMemory<byte>[] _files;
    private readonly int _header;

    /// <summary>Images one after the other, with nothing in between.</summary>
    public ByteImages(Shape shape, int count, ReadOnlyMemory<byte> pixels)
        : base(shape, count) => _files = [pixels];

    /// <summary>Images in files of records.</summary>
    /// <param name="shape">Shape of each image.</param>
    /// <param name="files">Whole records, file by file; not copied.</param>
    /// <param name="header">Bytes of a record before its image.</param>
    public ByteImages(Shape shape, ReadOnlyMemory<byte>[] files, int header)
        : base(shape, files.Sum(file => file.Length / (header + shape.Count))) => (_files, _header) = (files, header);

    public override Images Choose(ReadOnlySpan<int> places)
    {
        var chosen = new byte[places.Length * Shape.Count];
        for (var i = 0; i < places.Length; i++) Pixels(places[i]).CopyTo(chosen.AsSpan(i * Shape.Count));
        return new ByteImages(Shape, places.Length, chosen);
    }

    public override ChannelStatistics[] Statistics()
    {
        var plane = Shape.Rows * Shape.Columns;
        var histograms = new long[Shape.Channels, 256];
        for (var p = 0; p < Count * Shape.Channels; p++)
        {
            var (image, channel) = Math.DivRem(p, Shape.Channels);
            foreach (var pixel in Pixels(image).Slice(channel * plane, plane)) histograms[channel, pixel]++;
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

    protected override void ReadPlane(int image, int channel, float gain, float offset, Span<float> target) =>
        Decode(Pixels(image).Slice(channel * target.Length, target.Length), gain, offset, target);

    protected override void ReadPlane(int image, int channel, Placement placement, float gain, float offset, Span<float> target)
    {
        var source = Pixels(image).Slice(channel * target.Length, target.Length);
        var rented = target.Length > LargestOnStack ? ArrayPool<byte>.Shared.Rent(target.Length) : null;
        var placed = rented is null ? stackalloc byte[target.Length] : rented.AsSpan(0, target.Length);
        placement.Apply(source, placed, Shape);
        Decode(placed, gain, offset, target);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    private ReadOnlySpan<byte> Pixels(int image)
    {
        var record = _header + Shape.Count;
        foreach (var file in _files)
        {
            var records = file.Length / record;
            if (image < records) return file.Span.Slice((image * record) + _header, Shape.Count);
            image -= records;
        }

        throw new ArgumentOutOfRangeException(nameof(image));
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
