using BenchmarkDotNet.Attributes;
using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Memory;
using Tombola.Engine.Numerics;

namespace Tombola.Bench;

/// <summary>The kernels of LeNet's largest layer, 784 inputs and 300 outputs, for a batch of 60 in 64 lanes.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks : IDisposable
{
    private const int Inputs = 784, Outputs = 300, Batch = 60, LaneCount = 64;
    private readonly Arena _arena = new();
    private readonly Optimizer _adam = new(new OptimizerSpec(OptimizerKind.Adam), Inputs * Outputs);
    private Slab _weights, _lanes, _samples, _output, _gradient;

    [GlobalSetup]
    public void Fill()
    {
        _weights = Random(Inputs * Outputs, 0);
        _lanes = Random(Inputs * LaneCount, 1);
        _samples = Random(Inputs * Batch, 2);
        _output = Random(Outputs * LaneCount, 3);
        _gradient = Random(Inputs * Outputs, 4);
    }

    [Benchmark]
    public void Forward() => ProductKernel.Multiply(
        _weights.Span, new LeftFactor(Inputs, 1), _lanes.Span, LaneCount, _output.Span, LaneCount, 0, Outputs, LaneCount, Inputs, accumulate: false);

    [Benchmark]
    public void WeightGradient() => ProductKernel.Multiply(
        _output.Span, new LeftFactor(LaneCount, 1), _samples.Span, Inputs, _gradient.Span, Inputs, 0, Outputs, Inputs, Batch, accumulate: false);

    [Benchmark]
    public void SamplesToLanes() => LaneKernels.Transpose(_samples.Span, Inputs, _lanes.Span, LaneCount, Batch, 0, Inputs);

    [Benchmark]
    public void AdamUpdate()
    {
        _adam.BeginStep(0);
        _adam.Update(_weights.Span, _gradient.Span, default, 0, 0);
    }

    public void Dispose()
    {
        _adam.Dispose();
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
