using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Data;

/// <summary>Labelled images in memory or in files of their own, decoded one at a time. Immutable, so any number of threads may read at once.</summary>
public sealed class ExampleSource
{
    private readonly Images _images;
    private readonly int[] _labels;
    private readonly Lazy<PixelScale> _scale;

    internal ExampleSource(Images images, int[] labels, int classes, PixelScale scale)
        : this(images, labels, classes, new Lazy<PixelScale>(scale))
    {
    }

    /// <param name="images">The images.</param>
    /// <param name="labels">Class of each.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="scale">What becomes of pixels; asked for when the first example is read.</param>
    internal ExampleSource(Images images, int[] labels, int classes, Lazy<PixelScale> scale) => (_images, _labels, Classes, _scale) = (images, labels, classes, scale);

    /// <summary>The images, unscaled.</summary>
    internal Images Images => _images;

    /// <summary>Number of examples.</summary>
    public int Count => _images.Count;

    /// <summary>Shape of one example.</summary>
    public Shape Shape => _images.Shape;

    /// <summary>Number of classes; labels are 0 ... Classes - 1.</summary>
    public int Classes { get; }

    /// <summary>Class of each example.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>Threads that should read ahead, since an example takes long; 0 if it is there at once.</summary>
    internal int Readers => _images.Readers;

    /// <summary>Examples in memory, over pixels that stand for x / 255.</summary>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="pixels"><c>[image][channel, row, column]</c>; not copied, so leave it alone afterwards.</param>
    /// <param name="labels">Class of each image; not copied.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">Lengths disagree or a label is out of range.</exception>
    public static ExampleSource FromBytes(Shape shape, byte[] pixels, int[] labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        if (pixels.Length != (long)labels.Length * shape.Count)
        {
            throw new SettingException($"{labels.Length} images of {shape} take {(long)labels.Length * shape.Count} pixels, not {pixels.Length}.");
        }

        var wrong = Array.FindIndex(labels, label => label < 0 || label >= classes);
        if (wrong >= 0) throw new SettingException($"Label {wrong} is {labels[wrong]}, which is not one of {classes} classes.");
        return new ExampleSource(new ByteImages(shape, labels.Length, pixels), labels, classes, PixelScale.Unit(shape.Channels));
    }

    /// <summary>Decodes and scales one example, the same bits on every machine. Allocates nothing where the examples are in memory.</summary>
    /// <param name="index">Which example, from 0.</param>
    /// <param name="sample">Receives <c>[channel, row, column]</c>; what lies beyond the example is left as it is.</param>
    /// <exception cref="InvalidDataException">The example lies in a file that is not what it should be.</exception>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    public void Read(int index, Span<float> sample) => Read(index, default, sample);

    /// <summary>The same for an example that lies elsewhere; black, in whatever number the scale makes of it, fills the rest.</summary>
    /// <param name="index">Which example, from 0.</param>
    /// <param name="placement">Where it comes to lie.</param>
    /// <param name="sample">Receives <c>[channel, row, column]</c>; what lies beyond the example is left as it is.</param>
    internal void Read(int index, Placement placement, Span<float> sample) => _images.Read(index, placement, _scale.Value, sample);

    /// <summary>Everything that tells this source from another: shape, labels and pixels.</summary>
    internal void AddTo(IncrementalHash hash)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{Count} {Shape} {Classes}\n")));
        hash.AppendData(MemoryMarshal.AsBytes(_labels.AsSpan()));
        var sample = new float[Shape.Count];
        for (var n = 0; n < Count; n++)
        {
            Read(n, sample);
            hash.AppendData(MemoryMarshal.AsBytes(sample.AsSpan()));
        }
    }

    /// <summary>The source with only <paramref name="count"/> examples, the first of a random order, in that order.</summary>
    internal ExampleSource Subsample(int count, ulong seed)
    {
        var order = new int[Count];
        new RandomStream(seed, RandomStream.Data).Permutation(order, Draws.SubsampleOrder);
        var places = order.AsSpan(0, count);
        var labels = new int[count];
        for (var i = 0; i < count; i++) labels[i] = _labels[places[i]];
        return new ExampleSource(_images.Choose(places), labels, Classes, _scale);
    }

    /// <summary>The source with a fraction of the labels, rounded up, drawn afresh.</summary>
    internal ExampleSource RandomiseLabels(double fraction, ulong seed)
    {
        var stream = new RandomStream(seed, RandomStream.Data);
        var order = new int[Count];
        stream.Permutation(order, Draws.RandomLabelOrder);
        var labels = (int[])_labels.Clone();
        foreach (var place in order.AsSpan(0, (int)Math.Ceiling(fraction * Count))) labels[place] = stream.Below(Classes, Draws.RandomLabel, (ulong)place, 0);
        return new ExampleSource(_images, labels, Classes, _scale);
    }

    /// <summary>Which "epoch" of the data stream serves which purpose, so that equal seeds do not make them depend on each other.</summary>
    private static class Draws
    {
        public const uint SubsampleOrder = 0, RandomLabelOrder = 1, RandomLabel = 2;
    }
}
