using BenchmarkDotNet.Attributes;
using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Memory;
using Tombola.Engine.Numerics;

namespace Tombola.Bench;

/// <summary>Direct convolutions of ResNet-20 and some larger ones, for a batch of 128 in four blocks.</summary>
public class ConvolutionBenchmarks : IDisposable
{
    private const int Blocks = 4;

    /// <summary>Five cache lines between planes, as passes lay them.</summary>
    private const int PlanePadding = 80;

    private static readonly Dictionary<string, ConvolutionShape> Shapes = new()
    {
        ["3 -> 16, 32x32"] = new(3, 16, 3, 1, 1, 32, 32),
        ["16 -> 16, 32x32"] = new(16, 16, 3, 1, 1, 32, 32),
        ["16 -> 32, 32x32, stride 2"] = new(16, 32, 3, 2, 1, 32, 32),
        ["16 -> 32, 32x32, 1x1 stride 2"] = new(16, 32, 1, 2, 0, 32, 32),
        ["32 -> 32, 16x16"] = new(32, 32, 3, 1, 1, 16, 16),
        ["32 -> 64, 16x16, stride 2"] = new(32, 64, 3, 2, 1, 16, 16),
        ["64 -> 64, 8x8"] = new(64, 64, 3, 1, 1, 8, 8),
        ["64 -> 64, 32x32"] = new(64, 64, 3, 1, 1, 32, 32),
        ["512 -> 512, 2x2"] = new(512, 512, 3, 1, 1, 2, 2),
    };

    private readonly Arena _arena = new();
    private ConvolutionShape _shape;
    private LanePlanes _inputPlanes, _outputPlanes;
    private TapTable _forward = null!, _backward = null!;
    private Slab _input, _inputGradient, _output, _weights, _forwardWeights, _backwardWeights, _weightGradient, _scratch, _biasGradient;

    public static IEnumerable<string> ShapeNames => Shapes.Keys;

    [ParamsSource(nameof(ShapeNames))]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Fill()
    {
        _shape = Shapes[Shape];
        (_inputPlanes, _outputPlanes) = (Planes(_shape.Inputs, _shape.InputPixels), Planes(_shape.Outputs, _shape.OutputPixels));
        (_forward, _backward) = (TapTable.Forward(_shape), TapTable.Backward(_shape));
        _input = Random(Blocks * _inputPlanes.BlockStride, 0);
        _output = Random(Blocks * _outputPlanes.BlockStride, 1);
        _weights = Random(_shape.Weights, 2);
        _inputGradient = _arena.Take(Blocks * _inputPlanes.BlockStride);
        _forwardWeights = _arena.Take(ConvolutionWeights.PackedFloats(_shape.Inputs, _shape.Outputs, _shape.Taps));
        _backwardWeights = _arena.Take(ConvolutionWeights.PackedFloats(_shape.Outputs, _shape.Inputs, _shape.Taps));
        _weightGradient = _arena.Take(_shape.Weights);
        _scratch = _arena.Take(WeightGradientKernel.ScratchFloats(_shape));
        _biasGradient = _arena.Take(_shape.Outputs);
        PackForward();
        PackBackward();
    }

    [Benchmark]
    public void Forward() => DirectKernel.Run(
        _forward, _forwardWeights.Span, _input.Span, _inputPlanes, _output.Span, _outputPlanes, DirectRange.All(_forward, Blocks), default);

    [Benchmark]
    public void InputGradient() => DirectKernel.Run(
        _backward, _backwardWeights.Span, _output.Span, _outputPlanes, _inputGradient.Span, _inputPlanes, DirectRange.All(_backward, Blocks), default);

    [Benchmark]
    public void WeightGradient() => WeightGradientKernel.Run(
        _shape, _output.Span, _outputPlanes, _input.Span, _inputPlanes, Blocks, _weightGradient.Span, 0, _shape.Outputs, _scratch.Span);

    [Benchmark]
    public void BiasGradient() => BiasGradientKernel.Run(_output.Span, _outputPlanes, _shape.OutputPixels, Blocks, _biasGradient.Span, 0, _shape.Outputs);

    [Benchmark]
    public void PackForward() =>
        ConvolutionWeights.PackForward(_weights.Span, default, _forwardWeights.Span, _shape, 0, ConvolutionWeights.Tiles(_shape.Outputs));

    [Benchmark]
    public void PackBackward() => ConvolutionWeights.PackBackward(_weights.Span, _backwardWeights.Span, _shape, 0, ConvolutionWeights.Tiles(_shape.Inputs));

    public void Dispose()
    {
        _arena.Dispose();
        GC.SuppressFinalize(this);
    }

    private static LanePlanes Planes(int channels, int pixels)
    {
        var stride = (pixels * LanePlanes.Lanes) + (pixels >= 16 ? PlanePadding : 0);
        return new LanePlanes(stride, channels * stride);
    }

    private Slab Random(int length, uint epoch)
    {
        var stream = new RandomStream(1, RandomStream.Probe);
        var slab = _arena.Take(length);
        for (var i = 0; i < length; i++) slab.Span[i] = (float)stream.Uniform(epoch, (ulong)i, 0) - 0.5f;
        return slab;
    }
}
