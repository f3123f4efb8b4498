namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Winograd's F(4x4, 3x3) as a <see cref="ConvolutionMethod"/>: 3x3, stride 1, padding 1. Its parts are tiles of 4 x 4 outputs.</summary>
internal sealed class WinogradMethod : ConvolutionMethod
{
    private readonly WinogradShape _forward, _shape;
    private readonly bool _backward, _prefetch;

    /// <param name="shape">The convolution.</param>
    /// <param name="blocks">Most lane blocks in one call.</param>
    /// <param name="backward">Whether the input's gradient is computed.</param>
    /// <param name="prefetch">Whether activations may lie in memory.</param>
    public WinogradMethod(ConvolutionShape shape, int blocks, bool backward, bool prefetch)
    {
        _forward = new WinogradShape(blocks, shape.Inputs, shape.Outputs, shape.InputRows, shape.InputColumns);
        (_shape, _backward, _prefetch) = (backward ? _forward.Backward() : _forward, backward, prefetch);
    }

    public override string Name => "Winograd F(4x4, 3x3)";

    public override int PackedFloats => _shape.PackedFloats;

    public override int PackParts => _shape.OutputBlocks;

    public override int ScratchFloats => _shape.ScratchFloats;

    public override double Executed(int blocks) => (_shape with { Blocks = blocks }).Executed;

    public override int Parts(int blocks) => (_shape with { Blocks = blocks }).Tiles;

    public override void Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> factors, Span<float> packed, int from, int to)
    {
        if (_backward)
        {
            WinogradWeights.PackBackward(_forward, weights, default, packed, from, to);
        }
        else
        {
            WinogradWeights.PackForward(_forward, weights, factors, packed, from, to);
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
        WinogradConvolution.Convolve(
            _shape with { Blocks = blocks }, source, sourcePlanes, packed, target, targetPlanes, epilogue, scratch, from, to, _prefetch);
    }
}
