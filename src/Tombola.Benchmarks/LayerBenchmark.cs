using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Benchmarks;

/// <summary>Times every phase of every pass of a training step and sets it beside what bounds it.</summary>
/// <param name="Model">Name of the architecture.</param>
/// <param name="Batch">Examples in a mini-batch.</param>
/// <param name="Density">Fraction of prunable weights present.</param>
/// <param name="PeakGflops">Multiply-add peak of one core, GFLOP/s.</param>
/// <param name="L2GigabytesPerSecond">Bandwidth of one core's second-level cache.</param>
/// <param name="L3GigabytesPerSecond">Bandwidth of the shared cache for one core.</param>
/// <param name="MemoryGigabytesPerSecond">Bandwidth of the memory for one core.</param>
/// <param name="Rows">One row a phase of a pass.</param>
public sealed record LayerBenchmark(
    string Model, int Batch, double Density, double PeakGflops, double L2GigabytesPerSecond, double L3GigabytesPerSecond, double MemoryGigabytesPerSecond, IReadOnlyList<LayerBenchmarkRow> Rows)
{
    private const int Steps = 9;
    private const int L2Bytes = 768 << 10, L3Bytes = 24 << 20;

    /// <summary>Milliseconds of the whole step, the sum of its rows.</summary>
    public double Milliseconds => Rows.Sum(row => row.Milliseconds);

    /// <summary>Measures on one thread.</summary>
    /// <param name="model">Name of the architecture.</param>
    /// <param name="batch">Examples in a mini-batch.</param>
    /// <param name="density">Density of the benchmark mask; 1 for no mask.</param>
    /// <param name="kernels">Whether layers may be computed sparsely.</param>
    public static LayerBenchmark Measure(string model, int batch, double density = 1, KernelChoice kernels = KernelChoice.Automatic)
    {
        var network = Architectures.Create(model);
        var mask = density == 1 ? null : BenchmarkMasks.Of(network, density);
        using var step = new TrainingStep(network, new Recipe { Batch = batch, LearningRate = 0.001, Momentum = 0.9, WeightDecay = 1e-4 }, threads: 1, mask, kernels);
        step.Run(3);
        var peak = MachineProbe.PeakGflops();
        var (l2, l3, memory) = (MachineProbe.GigabytesPerSecond(L2Bytes), MachineProbe.GigabytesPerSecond(L3Bytes / 2), MachineProbe.MemoryGigabytesPerSecond());
        var rows = step.Profile(Steps).Select(timing =>
        {
            var bytes = timing.Work.Bytes;
            var (level, bandwidth) = bytes <= L2Bytes ? ("L2", l2) : bytes <= L3Bytes ? ("L3", l3) : ("memory", memory);
            var (compute, traffic) = (timing.Work.Executed / peak / 1e9, bytes / bandwidth / 1e9);
            return new LayerBenchmarkRow(
                timing.Layers,
                timing.Output.ToString(),
                timing.Phase,
                timing.Kernel,
                timing.Seconds * 1e3,
                timing.Work.Flops / timing.Seconds / 1e9,
                timing.Work.Executed / timing.Seconds / 1e9 / peak,
                bytes / 1e6,
                compute >= traffic ? "compute" : level,
                Math.Max(compute, traffic) / timing.Seconds);
        });
        return new LayerBenchmark(model, batch, mask?.Density ?? 1, peak, l2, l3, memory, [.. rows]);
    }
}

/// <summary>One phase of one pass.</summary>
/// <param name="Layers">Names of its layers.</param>
/// <param name="Output">Shape of its output for one example.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Kernel">What computed it.</param>
/// <param name="Milliseconds">Median time for the mini-batch.</param>
/// <param name="Gflops">GFLOP/s by the layer's definition (direct-equivalent).</param>
/// <param name="FractionOfPeak">Operations that were executed, as a fraction of the multiply-add peak.</param>
/// <param name="Megabytes">Bytes that must be read and written, each operand once.</param>
/// <param name="Bound"><c>compute</c>, <c>L2</c>, <c>L3</c> or <c>memory</c>: what would take longest at its best.</param>
/// <param name="FractionOfBound">That time as a fraction of the time taken.</param>
public sealed record LayerBenchmarkRow(
    string Layers, string Output, Phase Phase, string Kernel, double Milliseconds, double Gflops, double FractionOfPeak, double Megabytes, string Bound, double FractionOfBound);
