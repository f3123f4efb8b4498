using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>The weight gradient of a convolution in groups: for each group in turn the chunks of the method of one group, and at the end a part for each.</summary>
/// <param name="shape">The convolution.</param>
/// <param name="group">The method for <see cref="ConvolutionShape.OfGroup"/>.</param>
internal sealed class GroupedWeightGradient(ConvolutionShape shape, WeightGradientMethod group) : WeightGradientMethod
{
    private readonly int _sums = Lanes.RoundUp(group.SumFloats);

    public override string Name => FormattableString.Invariant($"{group.Name} in {shape.Groups} groups");

    public override int OutputsPerPart => shape.GroupOutputs;

    public override int ScratchFloats => group.ScratchFloats;

    public override bool ReadsAtEnd => group.ReadsAtEnd;

    public override int SumFloats => checked(shape.Groups * _sums);

    public override int AccumulateParts => group.AccumulateParts;

    public override double Executed(int blocks) => shape.Groups * group.Executed(blocks);

    public override int Chunks(int blocks) => shape.Groups * group.Chunks(blocks);

    public override int TransformParts(int blocks, int chunk) => group.TransformParts(blocks, chunk % group.Chunks(blocks));

    public override void Transform(
        ReadOnlySpan<float> input, LanePlanes inputPlanes, ReadOnlySpan<float> gradient, LanePlanes gradientPlanes, Span<float> scratch, int blocks, int chunk, int from, int to)
    {
        var (g, its) = Math.DivRem(chunk, group.Chunks(blocks));
        group.Transform(Input(input, inputPlanes, g), inputPlanes, Gradient(gradient, gradientPlanes, g), gradientPlanes, scratch, blocks, its, from, to);
    }

    public override void Accumulate(
        ReadOnlySpan<float> input,
        LanePlanes inputPlanes,
        ReadOnlySpan<float> gradient,
        LanePlanes gradientPlanes,
        Span<float> scratch,
        Span<float> sums,
        int blocks,
        int chunk,
        int from,
        int to)
    {
        var (g, its) = Math.DivRem(chunk, group.Chunks(blocks));
        group.Accumulate(
            Input(input, inputPlanes, g), inputPlanes, Gradient(gradient, gradientPlanes, g), gradientPlanes, scratch, sums.Slice(g * _sums, group.SumFloats), blocks, its, from, to);
    }

    public override void WriteGradient(
        ReadOnlySpan<float> input,
        LanePlanes inputPlanes,
        ReadOnlySpan<float> gradient,
        LanePlanes gradientPlanes,
        Span<float> scratch,
        ReadOnlySpan<float> sums,
        int blocks,
        Span<float> result,
        int from,
        int to)
    {
        var (parts, weights) = ((shape.GroupOutputs + group.OutputsPerPart - 1) / group.OutputsPerPart, shape.Weights / shape.Groups);
        for (var g = from; g < to; g++)
        {
            group.WriteGradient(
                Input(input, inputPlanes, g),
                inputPlanes,
                Gradient(gradient, gradientPlanes, g),
                gradientPlanes,
                scratch,
                sums.Slice(g * _sums, group.SumFloats),
                blocks,
                result.Slice(g * weights, weights),
                0,
                parts);
        }
    }

    private ReadOnlySpan<float> Input(ReadOnlySpan<float> input, LanePlanes planes, int g) => input[(g * shape.FilterInputs * planes.PlaneStride)..];

    private ReadOnlySpan<float> Gradient(ReadOnlySpan<float> gradient, LanePlanes planes, int g) => gradient[(g * shape.GroupOutputs * planes.PlaneStride)..];
}
