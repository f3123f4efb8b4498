using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>A convolution in groups, each computed by the method of one group on its channels.</summary>
/// <param name="shape">The convolution.</param>
/// <param name="group">The method for <see cref="ConvolutionShape.OfGroup"/>.</param>
/// <param name="backward">Whether the input's gradient is computed.</param>
internal sealed class GroupedMethod(ConvolutionShape shape, ConvolutionMethod group, bool backward) : ConvolutionMethod
{
    private readonly int _sources = backward ? shape.GroupOutputs : shape.FilterInputs, _targets = backward ? shape.FilterInputs : shape.GroupOutputs;
    private readonly int _packed = Lanes.RoundUp(group.PackedFloats);

    public override string Name => FormattableString.Invariant($"{group.Name} in {shape.Groups} groups");

    public override int PackedFloats => checked(shape.Groups * _packed);

    public override int PackParts => shape.Groups * group.PackParts;

    public override int ScratchFloats => group.ScratchFloats;

    public override double Executed(int blocks) => shape.Groups * group.Executed(blocks);

    public override int Parts(int blocks) => shape.Groups * group.Parts(blocks);

    public override void Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> factors, Span<float> packed, int from, int to)
    {
        var perGroup = shape.Weights / shape.Groups;
        while (from < to)
        {
            var (g, first) = Math.DivRem(from, group.PackParts);
            var end = Math.Min(group.PackParts, first + to - from);
            var itsFactors = factors.IsEmpty ? default : factors.Slice(g * shape.GroupOutputs, shape.GroupOutputs);
            group.Pack(weights.Slice(g * perGroup, perGroup), itsFactors, packed.Slice(g * _packed, _packed), first, end);
            from += end - first;
        }
    }

    public override void Run(
        ReadOnlySpan<float> packed,
        ReadOnlySpan<float> source,
        LanePlanes sourcePlanes,
        Span<float> target,
        LanePlanes targetPlanes,
        Epilogue epilogue,
        Span<float> scratch,
        int blocks,
        int from,
        int to)
    {
        var parts = group.Parts(blocks);
        while (from < to)
        {
            var (g, first) = Math.DivRem(from, parts);
            var end = Math.Min(parts, first + to - from);
            var at = g * _targets * targetPlanes.PlaneStride;
            var its = new Epilogue
            {
                Bias = epilogue.Bias.IsEmpty ? default : epilogue.Bias[(g * _targets)..],
                Gate = epilogue.Gate.IsEmpty ? default : epilogue.Gate[at..],
                Residual = epilogue.Residual.IsEmpty ? default : epilogue.Residual[at..],
                Rectify = epilogue.Rectify,
            };
            group.Run(
                packed.Slice(g * _packed, _packed), source[(g * _sources * sourcePlanes.PlaneStride)..], sourcePlanes, target[at..], targetPlanes, its, scratch, blocks, first, end);
            from += end - first;
        }
    }
}
