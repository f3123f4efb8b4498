using System.Collections.Concurrent;
using Tombola.Data;
using Tombola.Engine.Networks;

namespace Tombola.Tests.Training;

/// <summary>Images in memory that want to be read ahead as if they lay in files, remember who read them, and may fail.</summary>
internal sealed class SlowImages(ExampleSource inner, int readers) : Images(inner.Shape, inner.Count)
{
    public override int Readers => readers;

    /// <summary>Every thread that read an image.</summary>
    public ConcurrentDictionary<Thread, bool> Threads { get; } = [];

    /// <summary>How often each image was read.</summary>
    public ConcurrentDictionary<int, int> Reads { get; } = [];

    /// <summary>Called before an image is read.</summary>
    public Action<int> OnRead { get; init; } = _ => { };

    public override Images Choose(ReadOnlySpan<int> places) => inner.Images.Choose(places);

    public override ChannelStatistics[] Statistics() => inner.Images.Statistics();

    /// <summary>The examples with these images.</summary>
    public ExampleSource Examples() => new(this, inner.Labels.ToArray(), inner.Classes, PixelScale.Unit(Shape.Channels));

    protected override void ReadImage(int index, Placement placement, PixelScale scale, Span<float> sample)
    {
        Threads[Thread.CurrentThread] = true;
        Reads.AddOrUpdate(index, 1, (_, reads) => reads + 1);
        OnRead(index);
        inner.Images.Read(index, placement, scale, sample);
    }
}
