using Tombola.Engine.Numerics;
using Tombola.Reporting;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>A number over replicates (initialisations) and the samples that each has (copies, or pairs of copies).</summary>
/// <param name="Mean">Mean over all samples.</param>
/// <param name="Sd">Sample standard deviation over all samples; null for a single one.</param>
/// <param name="Min">Smallest sample.</param>
/// <param name="Max">Largest sample.</param>
/// <param name="Low">Lower end of the 95 % bootstrap interval of the mean; null for a single replicate.</param>
/// <param name="High">Its upper end.</param>
public sealed record SampleStatistic(double Mean, double? Sd, double Min, double Max, double? Low, double? High)
{
    private const int Resamples = 2000;

    /// <summary>The statistic of samples by replicate.</summary>
    /// <remarks>
    /// The bootstrap draws replicates, and then samples within each, since copies of one initialisation are not independent of each other. Its ends are the
    /// 2.5 and 97.5 percentiles; with three replicates they lie near the lowest and highest of them. The draws are always the same.
    /// </remarks>
    public static SampleStatistic Of(IReadOnlyList<IReadOnlyList<double>> replicates)
    {
        ArgumentNullException.ThrowIfNull(replicates);
        double[] all = [.. replicates.SelectMany(samples => samples)];
        var mean = all.Average();
        double? sd = all.Length < 2 ? null : Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1));
        if (replicates.Count < 2) return new SampleStatistic(mean, sd, all.Min(), all.Max(), null, null);
        var means = new double[Resamples];
        var stream = new RandomStream(0, RandomStream.Probe);
        for (var n = 0; n < Resamples; n++)
        {
            var (sum, draw) = (0.0, 0u);
            for (var r = 0; r < replicates.Count; r++)
            {
                var samples = replicates[stream.Below(replicates.Count, 0, (ulong)n, draw++)];
                var inner = 0.0;
                for (var s = 0; s < samples.Count; s++) inner += samples[stream.Below(samples.Count, 0, (ulong)n, draw++)];
                sum += inner / samples.Count;
            }

            means[n] = sum / replicates.Count;
        }

        Array.Sort(means);
        return new SampleStatistic(mean, sd, all.Min(), all.Max(), means[Resamples / 40], means[Resamples - 1 - (Resamples / 40)]);
    }

    /// <summary>Whether the mean lies below a bound: undecided where the interval holds it. Of a single replicate, the mean decides.</summary>
    public Answer Below(double bound) => (High ?? Mean) < bound ? Answer.Yes : (Low ?? Mean) >= bound ? Answer.No : Answer.Undecided;

    /// <summary>Whether the mean lies below another, or below a multiple of it: undecided where the intervals overlap. Of a single replicate, the range of its samples is the interval.</summary>
    public Answer Below(SampleStatistic other, double factor = 1)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (High ?? Max) < factor * (other.Low ?? other.Min) ? Answer.Yes : (Low ?? Min) > factor * (other.High ?? other.Max) ? Answer.No : Answer.Undecided;
    }

    /// <summary>Whether the mean is at least a bound, likewise.</summary>
    public Answer AtLeast(double bound) => (Low ?? Mean) >= bound ? Answer.Yes : (High ?? Mean) < bound ? Answer.No : Answer.Undecided;

    /// <summary>As a point with a band of one standard deviation.</summary>
    public SeriesPoint Point(double x) => new(x, Mean, Mean - Sd, Mean + Sd);

    /// <summary>Of an accuracy, the error as such a point.</summary>
    public SeriesPoint ErrorPoint(double x) => new SeriesPoint(x, Accuracy.ErrorOf(Mean), 1 - Mean - Sd, 1 - Mean + Sd);
}
