using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>Images of bytes, which stand for x / 255. They stay in the files they came in: records, each a header and an image.</summary>
internal sealed class ByteImages : Images
{
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
        var histogram = new PixelHistogram(Shape);
        for (var i = 0; i < Count; i++) histogram.Add(Pixels(i));
        return histogram.Statistics();
    }

    protected override void ReadImage(int index, Placement placement, PixelScale scale, Span<float> sample) =>
        BytePixels.Decode(Pixels(index), Shape, placement, scale, sample);

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
}
