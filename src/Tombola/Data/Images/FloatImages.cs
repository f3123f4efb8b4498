using System.Runtime.Intrinsics;
using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>Images of floats, taken as they are where bytes would be divided by 255.</summary>
internal sealed class FloatImages(Shape shape, int count, ReadOnlyMemory<float> pixels) : Images(shape, count)
{
    public override Images Choose(ReadOnlySpan<int> places)
    {
        var chosen = new float[places.Length * Shape.Count];
        for (var i = 0; i < places.Length; i++) pixels.Span.Slice(places[i] * Shape.Count, Shape.Count).CopyTo(chosen.AsSpan(i * Shape.Count));
        return new FloatImages(Shape, places.Length, chosen);
    }

    /// <remarks>Summed in float64 in the order of the images.</remarks>
    public override ChannelStatistics[] Statistics()
    {
        var plane = Shape.Rows * Shape.Columns;
        var sums = new (double Sum, double Squares)[Shape.Channels];
        for (var p = 0; p < Count * Shape.Channels; p++)
        {
            var (sum, squares) = sums[p % Shape.Channels];
            foreach (var pixel in pixels.Span.Slice(p * plane, plane))
            {
                sum += pixel;
                squares += (double)pixel * pixel;
            }

            sums[p % Shape.Channels] = (sum, squares);
        }

        return [.. sums.Select(channel => ChannelStatistics.FromSums((double)Count * plane, channel.Sum, channel.Squares))];
    }

    protected override void ReadImage(int index, Placement placement, PixelScale scale, Span<float> sample)
    {
        var plane = Shape.Rows * Shape.Columns;
        var image = pixels.Span.Slice(index * Shape.Count, Shape.Count);
        for (var c = 0; c < Shape.Channels; c++)
        {
            var source = image.Slice(c * plane, plane);
            var target = sample.Slice(c * plane, plane);
            if (placement == default)
            {
                Scale(source, scale.Gain[c], scale.Offset[c], target);
                continue;
            }

            placement.Apply(source, target, Shape);
            Scale(target, scale.Gain[c], scale.Offset[c], target);
        }
    }

    private static void Scale(ReadOnlySpan<float> source, float gain, float offset, Span<float> target)
    {
        var i = 0;
        for (; i <= source.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512.FusedMultiplyAdd(Vector512.Create(source[i..]), Vector512.Create(gain), Vector512.Create(offset)).CopyTo(target[i..]);
        }

        for (; i < source.Length; i++) target[i] = MathF.FusedMultiplyAdd(source[i], gain, offset);
    }
}
