namespace Tombola.Engine.Memory;

/// <summary>A run of floats inside an <see cref="Arena"/>: what a span is, but storable in a field. Valid as long as its arena.</summary>
internal readonly unsafe struct Slab
{
    private readonly float* _start;

    internal Slab(float* start, int length)
    {
        _start = start;
        Length = length;
    }

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>True if it holds nothing.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>Its floats.</summary>
    public Span<float> Span => new(_start, Length);

    /// <summary>A part of it.</summary>
    public Slab Slice(int offset, int length)
    {
        if ((uint)offset > (uint)Length || (uint)length > (uint)(Length - offset))
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"A slice of {length} floats at {offset} does not fit in {Length}.");
        }

        return new Slab(_start + offset, length);
    }
}
