namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary><see cref="WinogradGradient"/> as a <see cref="WeightGradientMethod"/>: 3x3, stride 1, padding 1.</summary>
internal sealed class WinogradWeightGradient(ConvolutionShape shape, int blocks) : WeightGradientMethod
{
    private readonly WinogradGradientShape _shape = Of(shape, blocks);

    public override string Name => "Winograd F(4x4, 3x3)";

    public override bool ReadsAtEnd => false;

    public override int OutputsPerPart => WinogradGradientShape.Group;

    public override int ScratchFloats => _shape.ScratchFloats;

    public override int SumFloats => _shape.SumFloats;

    public override int AccumulateParts => WinogradShape.Positions;

    public override double Executed(int blocks) => Of(shape, blocks).Convolution.Executed;

    public override int Chunks(int blocks) => Of(shape, blocks).Chunks;

    public override int TransformParts(int blocks, int chunk) => Of(shape, blocks).Units(chunk);

    public override void Transform(
        ReadOnlySpan<float> input, LanePlanes inputPlanes, ReadOnlySpan<float> gradient, LanePlanes gradientPlanes, Span<float> scratch, int blocks, int chunk, int from, int to) =>
        WinogradGradient.Transform(Of(shape, blocks), input, inputPlanes, gradient, gradientPlanes, scratch, chunk, from, to);

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
        int to) =>
        WinogradGradient.Accumulate(Of(shape, blocks), scratch, sums, chunk, from, to);

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
        int to) => WinogradGradient.WriteGradient(_shape, sums, result, from, to);

    private static WinogradGradientShape Of(ConvolutionShape shape, int blocks) =>
        new(new WinogradShape(blocks, shape.Inputs, shape.Outputs, shape.InputRows, shape.InputColumns));
}
