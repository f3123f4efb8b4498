using System.Buffers;
using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>Images in files of their own: each is read and decoded whenever it is asked for, and none is kept.</summary>
/// <param name="shape">Shape of each image.</param>
/// <param name="files">The files.</param>
/// <param name="readers">Threads that should read ahead; null for one a core, since decoding takes time, but two at least, since disks do too.</param>
internal sealed class FileImages(Shape shape, ImageFile[] files, int? readers = null) : Images(shape, files.Length)
{
    /// <summary>Mean and deviation are measured on so many images, evenly spaced; reading all of a large set for them would take longer than an epoch.</summary>
    private const int MostMeasured = 10_000;

    public override int Readers { get; } = readers ?? Math.Clamp(Environment.ProcessorCount, 2, 8);

    public override Images Choose(ReadOnlySpan<int> places)
    {
        var chosen = new ImageFile[places.Length];
        for (var i = 0; i < chosen.Length; i++) chosen[i] = files[places[i]];
        return new FileImages(Shape, chosen, Readers);
    }

    /// <remarks>Of images that are evenly spaced among all, or of all if there are no more than 10,000.</remarks>
    public override ChannelStatistics[] Statistics()
    {
        var (histogram, pixels) = (new PixelHistogram(Shape), new byte[Shape.Count]);
        foreach (var i in EvenSample.Of(Count, MostMeasured))
        {
            files[i].Read(Shape, pixels);
            histogram.Add(pixels);
        }

        return histogram.Statistics();
    }

    protected override void ReadImage(int index, Placement placement, PixelScale scale, Span<float> sample)
    {
        var rented = ArrayPool<byte>.Shared.Rent(sample.Length);
        try
        {
            var pixels = rented.AsSpan(0, sample.Length);
            files[index].Read(Shape, pixels);
            BytePixels.Decode(pixels, Shape, placement, scale, sample);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
