using Tombola.Jobs;
using Tombola.Reporting;
using static System.FormattableString;

namespace Tombola.Benchmarks;

/// <summary>The table, the charts and the sentence about a <see cref="DensityBenchmark"/>.</summary>
internal static class DensityReport
{
    /// <summary>The verdict names a density fixed beforehand besides the last one: the best of eleven noisy ratios would flatter.</summary>
    private const double Tenth = 0.1;

    /// <summary>The numbers, one row a density.</summary>
    public static Table Table(DensityBenchmark benchmark)
    {
        ArgumentNullException.ThrowIfNull(benchmark);
        return new Table(
            "step-time",
            "Time of a training step",
            [
                new("Density", Numeric: true), new("Weights", Numeric: true), new("ms a step", Numeric: true), new("Dense kernels, ms", Numeric: true), new("Ratio", Numeric: true),
                new("Of pairs", Numeric: true), new("Arithmetic skipped", Numeric: true),
            ],
            [.. benchmark.Rows.Select(row => (IReadOnlyList<string>)
            [
                Invariant($"{row.Density * 100:0.0##} %"), Invariant($"{row.Remaining:N0}"), Invariant($"{row.MsPerStep:F3}"), Invariant($"{row.DenseMsPerStep:F3}"), Invariant($"{row.Ratio:F2}"),
                Invariant($"{row.RatioLow:F2} to {row.RatioHigh:F2}"), Invariant($"{row.Skipped * 100:F1} %"),
            ])]);
    }

    /// <summary>What came out, in a sentence.</summary>
    public static string Verdict(DensityBenchmark benchmark)
    {
        ArgumentNullException.ThrowIfNull(benchmark);
        var (tenth, last) = (benchmark.Rows.MinBy(row => Math.Abs(Math.Log(row.Density / Tenth)))!, benchmark.Rows[^1]);
        return Invariant($"Beside dense kernels, a step of {benchmark.Model} takes {tenth.Ratio:F2} of the time with {tenth.Density * 100:0.##} % of its weights, and {last.Ratio:F2} with {last.Density * 100:0.##} %.");
    }

    /// <summary>A report with charts.</summary>
    public static Report Of(DensityBenchmark benchmark)
    {
        ArgumentNullException.ThrowIfNull(benchmark);
        return new Report
        {
            Title = $"Time of a training step against density: {benchmark.Model}",
            Study = "bench density",
            Question = "How much faster is a training step when most weights are gone?",
            Verdict = Verdict(benchmark),
            Figures =
            [
                new Figure("ratio-by-density", "Time against dense kernels", "Time of a training step over that of the same step with dense kernels, by fraction of prunable weights that remain; the band leaves out the lowest and the highest of seven pairs of runs.", Axis.Density, new Axis("Time / dense kernels"))
                {
                    Series = [new Series(benchmark.Model, [.. benchmark.Rows.Select(row => new SeriesPoint(row.Density, row.Ratio, row.RatioLow, row.RatioHigh))]), new Series("Arithmetic done", [.. benchmark.Rows.Select(row => new SeriesPoint(row.Density, 1 - row.Skipped))]) { Reference = true }],
                    Threshold = new Threshold(1, "dense kernels"),
                },
                new Figure("step-time-by-density", "Time of a step", "Milliseconds of a training step, by fraction of prunable weights that remain.", Axis.Density, new Axis("ms a step"))
                {
                    Series = [Line("Chosen kernels", row => row.MsPerStep), Line("Dense kernels", row => row.DenseMsPerStep)],
                },
            ],
            Tables = [Table(benchmark)],
            Choices =
            [
                new Choice("Masks", "iterative magnitude pruning", "Stored masks of networks that were trained for a while and pruned; between two of them, a random part of their difference."),
                new Choice("Times", "median of seven pairs of runs", "Chosen and dense kernels take turns, and ratios are those of pairs, since other work on the machine comes and goes."),
            ],
            Provenance =
            [
                new Fact("Setting", Invariant($"{benchmark.Model}, batch {benchmark.Batch}, {benchmark.Optimizer}, threads {benchmark.Threads}, workers {benchmark.Workers}")),
                .. RunFacts.Of(ProgramVersion.Current),
                new Fact("Finished", Invariant($"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC")),
            ],
        };

        Series Line(string name, Func<DensityBenchmarkRow, double> value) => new(name, [.. benchmark.Rows.Select(row => new SeriesPoint(row.Density, value(row)))]);
    }
}
