using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu;

/// <summary>One activation of a mini-batch, and its gradient when training: <c>[block][channel][row][column][lane]</c>.</summary>
/// <remarks>
/// If it is <see cref="Rectified"/>, its gradient is that of the value before the rectifier: whoever adds to the gradient lets through
/// only what belongs to positive values. So the layer that made it need not look at the values again.
/// </remarks>
internal sealed class Activation
{
    /// <summary>Maps of this many floats or more are padded: at a power of two apart, the planes would fall into the same few sets of the caches.</summary>
    private const int PaddedFrom = 512;

    /// <summary>Five cache lines: an odd number, so that neighbouring channels spread over all sets.</summary>
    private const int Padding = 80;

    private readonly Activation? _whole;
    private Slab _values, _gradient, _tangent, _gradientTangent, _samples;
    private bool _hasTangent;

    /// <param name="shape">Shape for one example.</param>
    /// <param name="lanes">Samples in a lane block.</param>
    /// <param name="blocks">Lane blocks.</param>
    /// <param name="padded">Whether the planes of large maps are set apart; otherwise the features lie one after the other.</param>
    public Activation(Shape shape, int lanes, int blocks, bool padded)
    {
        (Shape, Lanes, Blocks) = (shape, lanes, blocks);
        var plane = shape.Rows * shape.Columns * lanes;
        PlaneStride = padded && plane >= PaddedFrom ? plane + Padding : plane;
        var block = (long)PlaneStride * shape.Channels;
        if (block * blocks > Array.MaxLength)
        {
            throw new SettingException($"An activation of {shape} for {blocks * lanes} samples has more than {Array.MaxLength} elements. Choose a smaller batch.");
        }

        BlockStride = (int)block;
    }

    /// <summary>The same numbers, which must lie one after the other, as one vector.</summary>
    private Activation(Activation whole)
        : this(Shape.Vector(whole.Shape.Count), whole.Lanes, whole.Blocks, padded: false) => (_whole, Rectified) = (whole, whole.Rectified);

    public Shape Shape { get; }

    public int Lanes { get; }

    public int Blocks { get; }

    /// <summary>Floats of one channel.</summary>
    public int PlaneLength => Shape.Rows * Shape.Columns * Lanes;

    /// <summary>Floats from a channel to the next.</summary>
    public int PlaneStride { get; }

    /// <summary>Floats from a lane block to the next.</summary>
    public int BlockStride { get; }

    /// <summary>Floats of the whole mini-batch.</summary>
    public int Floats => BlockStride * Blocks;

    /// <summary>Whether the features lie one after the other, as a linear layer reads them.</summary>
    public bool IsFlat => PlaneStride == PlaneLength;

    /// <summary>True if the values passed through max(x, 0).</summary>
    public bool Rectified { get; init; }

    public Slab Values
    {
        get => _whole is null ? _values : _whole.Values;
        set => _values = value;
    }

    /// <summary>Where <see cref="Values"/> lie in the forward passes, if they are computed a second time for the backward passes; else empty.</summary>
    public Slab ForwardValues { get; set; }

    /// <summary>Where they lie in the backward passes in that case.</summary>
    public Slab BackwardValues { get; set; }

    /// <summary>Gradient of the loss, same layout; empty where nobody needs it.</summary>
    public Slab Gradient
    {
        get => _whole is null ? _gradient : _whole.Gradient;
        set => _gradient = value;
    }

    /// <summary>Whether it changes along the direction of a <see cref="CurvaturePlan"/>: the network's input does not.</summary>
    public bool HasTangent
    {
        get => _whole is null ? _hasTangent : _whole.HasTangent;
        set => _hasTangent = value;
    }

    /// <summary>Derivative of <see cref="Values"/> along the direction, same layout; empty unless <see cref="HasTangent"/>.</summary>
    public Slab Tangent
    {
        get => _whole is null ? _tangent : _whole.Tangent;
        set => _tangent = value;
    }

    /// <summary>Derivative of <see cref="Gradient"/> along the direction, same layout; empty where nobody needs it.</summary>
    public Slab GradientTangent
    {
        get => _whole is null ? _gradientTangent : _whole.GradientTangent;
        set => _gradientTangent = value;
    }

    /// <summary><see cref="GradientTangent"/>, or else <see cref="Gradient"/>.</summary>
    public Slab GradientOrItsTangent(bool tangent) => tangent ? GradientTangent : Gradient;

    /// <summary>The network's input only: the same values as <c>[sample][feature]</c>, rows padded to <see cref="SampleStride"/>.</summary>
    public Slab Samples
    {
        get => _whole is null ? _samples : _whole.Samples;
        set => _samples = value;
    }

    /// <summary>Floats from a sample to the next in <see cref="Samples"/>.</summary>
    public int SampleStride => Numerics.Lanes.RoundUp(Shape.Count);

    /// <summary>The activation that owns the memory: this one, or the one it is a view of.</summary>
    public Activation Owner => _whole ?? this;

    /// <summary>This activation, whose features lie one after the other, seen as a vector.</summary>
    public Activation Flatten() => new(Owner);

    /// <summary>A slab that has this layout, from a lane block on. It may hold a few lane blocks only, which others then use in turn.</summary>
    public Span<float> From(Slab slab, int block) => slab.Span[(block % (slab.Length / BlockStride) * BlockStride)..];

    /// <summary>One lane block of a slab that has this layout.</summary>
    public Span<float> Block(Slab slab, int block) => From(slab, block)[..BlockStride];

    /// <summary>One channel of one lane block of a slab that has this layout.</summary>
    public Span<float> Plane(Slab slab, int block, int channel) => From(slab, block).Slice(channel * PlaneStride, PlaneLength);
}
