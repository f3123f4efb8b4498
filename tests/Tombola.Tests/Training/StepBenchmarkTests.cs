using Tombola.Benchmarks;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Training;

/// <summary>What is measured, not how fast it is.</summary>
public sealed class StepBenchmarkTests
{
    private const double Moment = 0.0005;

    private static readonly StepSetting LeNet = new("mnist_lenet_300_100", new Recipe { Batch = 20, LearningRate = 0.001 });

    [Theory]
    [InlineData(KernelChoice.Automatic, "automatic")]
    [InlineData(KernelChoice.Dense, "dense")]
    public void A_step_under_a_mask_says_density_and_kernels(KernelChoice kernels, string name)
    {
        var result = StepBenchmark.Measure(LeNet, 0.1, kernels, Moment);
        Assert.Equal((0.1, name, 20), (result.Density, result.Kernels, result.Batch));
        Assert.True(result.MsPerStep > 0);
    }

    [Fact]
    public void Arithmetic_counts_the_weights_that_are_present()
    {
        var (dense, masked) = (StepBenchmark.Measure(LeNet, secondsPerRun: Moment), StepBenchmark.Measure(LeNet, 0.05, secondsPerRun: Moment));
        var mask = BenchmarkMasks.Of(Architectures.Create(LeNet.Model), 0.05);
        var first = mask.CountIn(mask.Space["fc_layers.0.weight"]);
        Assert.Equal(2 * ((3 * 266_200.0) - 235_200), dense.Gflops * 1e9 / dense.SamplesPerSecond, 1e-3);
        Assert.Equal(2 * ((3.0 * mask.Remaining) - first), masked.Gflops * 1e9 / masked.SamplesPerSecond, 1e-3);
    }

    [Fact]
    public void Every_density_has_a_row()
    {
        var result = DensityBenchmark.Measure(LeNet, [1, 0.2, 0.01], Moment);
        Assert.Equal([1, 0.2, 0.01], result.Rows.Select(row => row.Density));
        Assert.Equal([266_200, 53_240, 2_662], result.Rows.Select(row => row.Remaining));
        Assert.All(result.Rows, row => Assert.True(row is { MsPerStep: > 0, DenseMsPerStep: > 0, Skipped: < 1 } && row.RatioLow <= row.Ratio && row.Ratio <= row.RatioHigh));
        Assert.Equal(0, result.Rows[0].Skipped);
    }

    [Fact]
    public void A_model_without_masks_is_refused_before_anything_is_timed() => Assert.Contains(
        "no benchmark masks", Assert.Throws<SettingException>(() => DensityBenchmark.Measure(LeNet with { Model = "mnist_lenet_5_3" }, [1, 0.5], Moment)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_cost_of_a_pruning_run_goes_through_what_was_measured()
    {
        var result = PruningRunBenchmark.Of(Measured((1, 10, 1), (0.25, 8, 0.5), (0.0625, 8, 0.25)), levels: 4, fraction: 0.5);
        Assert.Equal([1, 0.5, 0.25, 0.125, 0.0625], result.Levels.Select(level => level.Density));

        // Level 1 lies half-way between the first two on a logarithmic scale, level 3 between the last two.
        Assert.Equal([10, 9, 8, 8, 8], result.Levels.Select(level => Math.Round(level.DenseMsPerStep, 9)));
        Assert.Equal([10, 9 * 0.75, 4, 8 * 0.375, 2], result.Levels.Select(level => Math.Round(level.MsPerStep, 9)));
        Assert.Equal(25.75 / 43, result.Ratio, 1e-9);
        Assert.Contains("The 5 trainings", result.Verdict, StringComparison.Ordinal);
        Assert.Contains("6.25 % of the weights take 60 % of the time", result.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_levels_only_the_dense_network_is_timed()
    {
        var result = PruningRunBenchmark.Measure(LeNet, levels: 0, fraction: 0.2, Moment);
        Assert.Equal((1, 1), (Assert.Single(result.Levels).Density, Assert.Single(result.Measured).Density));
    }

    [Fact]
    public void A_pruning_run_is_timed_down_to_its_last_level() =>
        Assert.Equal(0.2 * 0.2, PruningRunBenchmark.Measure(LeNet, levels: 2, fraction: 0.8, Moment).Measured[^1].Density, 1e-5);

    private static DensityBenchmark Measured(params (double Density, double Dense, double Ratio)[] rows) =>
        new("model", 1, 1, 1, "sgd", [.. rows.Select(row => new DensityBenchmarkRow(row.Density, 1, row.Dense * row.Ratio, row.Dense, row.Ratio, row.Ratio, row.Ratio, 0))]);
}
