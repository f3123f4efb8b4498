namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary><see cref="WeightGradientKernel"/> as a <see cref="WeightGradientMethod"/>: every shape, no chunks.</summary>
internal sealed class DirectWeightGradient(ConvolutionShape shape) : WeightGradientMethod
{
    private readonly double _taps = TapTable.Forward(shape).Executed;

    public override string Name => $"direct {shape.Window.Size}";

    public override int OutputsPerPart => 1;

    public override bool ReadsAtEnd => true;

    public override int ScratchFloats { get; } = WeightGradientKernel.ScratchFloats(shape);

    public override double Executed(int blocks) => 2.0 * _taps * shape.Inputs * shape.Outputs * LanePlanes.Lanes * blocks;

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
        int to) => WeightGradientKernel.Run(shape, gradient, gradientPlanes, input, inputPlanes, blocks, result, from, to, scratch);
}
