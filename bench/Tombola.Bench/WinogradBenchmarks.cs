using BenchmarkDotNet.Attributes;
using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Memory;
using Tombola.Engine.Numerics;

namespace Tombola.Bench;

/// <summary>3x3 convolutions of ResNet-20 and VGG-16 by Winograd, for a batch of 128: the three passes and what prepares the weights.</summary>
[MemoryDiagnoser]
public class WinogradBenchmarks : IDisposable
{
    /// <summary>Floats between planes, so that planes of whole pages do not share sets of the caches.</summary>
    private const int Gap = 80;

    private readonly Arena _arena = new();
    private WinogradShape _shape;
    private WinogradGradientShape _gradientShape;
    private LanePlanes _inputLayout, _outputLayout;
    private Slab _input, _output, _weights, _forward, _backward, _scratch, _gradientScratch, _sums;

    /// <summary>Inputs, outputs and side of the map.</summary>
    [Params("16-16-32", "32-32-16", "64-64-8", "64-64-32", "64-128-16", "128-128-16", "256-256-8", "512-512-4")]
    public string Layer { get; set; } = "";

    [GlobalSetup]
    public void Fill()
    {
        var sizes = Layer.Split('-').Select(int.Parse).ToArray();
        var (inputs, outputs, side) = (sizes[0], sizes[1], sizes[2]);
        _shape = new WinogradShape(4, inputs, outputs, side, side);
        _gradientShape = new WinogradGradientShape(_shape);
        var backward = _shape.Backward();
        var plane = (side * side * LanePlanes.Lanes) + Gap;
        _inputLayout = new LanePlanes(plane, plane * inputs);
        _outputLayout = new LanePlanes(plane, plane * outputs);
        _input = Random(_shape.Blocks * _inputLayout.BlockStride, 0);
        _output = Random(_shape.Blocks * _outputLayout.BlockStride, 1);
        _weights = Random(inputs * outputs * 9, 2);
        _forward = _arena.Take(_shape.PackedFloats);
        _backward = _arena.Take(backward.PackedFloats);
        _scratch = _arena.Take(Math.Max(_shape.ScratchFloats, backward.ScratchFloats));
        _gradientScratch = _arena.Take(_gradientShape.ScratchFloats);
        _sums = _arena.Take(_gradientShape.SumFloats);
        PackForward();
        PackBackward();
    }

    [Benchmark]
    public void PackForward() => WinogradWeights.PackForward(_shape, _weights.Span, default, _forward.Span, 0, _shape.OutputBlocks);

    [Benchmark]
    public void PackBackward() => WinogradWeights.PackBackward(_shape, _weights.Span, default, _backward.Span, 0, _shape.Backward().OutputBlocks);

    [Benchmark]
    public void Forward() => WinogradConvolution.Convolve(
        _shape, _input.Span, _inputLayout, _forward.Span, _output.Span, _outputLayout, default, _scratch.Span, 0, _shape.Tiles);

    [Benchmark]
    public void InputGradient() => WinogradConvolution.Convolve(
        _shape.Backward(), _output.Span, _outputLayout, _backward.Span, _input.Span, _inputLayout, default, _scratch.Span, 0, _shape.Tiles);

    [Benchmark]
    public void WeightGradient()
    {
        for (var chunk = 0; chunk < _gradientShape.Chunks; chunk++)
        {
            WinogradGradient.Transform(
                _gradientShape, _input.Span, _inputLayout, _output.Span, _outputLayout, _gradientScratch.Span, chunk, 0, _gradientShape.Units(chunk));
            WinogradGradient.Accumulate(_gradientShape, _gradientScratch.Span, _sums.Span, chunk, 0, WinogradShape.Positions);
        }

        WinogradGradient.WriteGradient(_gradientShape, _sums.Span, _weights.Span, 0, _gradientShape.OutputBlocks);
    }

    public void Dispose()
    {
        _arena.Dispose();
        GC.SuppressFinalize(this);
    }

    private Slab Random(int length, uint epoch)
    {
        var stream = new RandomStream(1, RandomStream.Probe);
        var slab = _arena.Take(length);
        for (var i = 0; i < length; i++) slab.Span[i] = (float)stream.Uniform(epoch, (ulong)i, 0) - 0.5f;
        return slab;
    }
}
