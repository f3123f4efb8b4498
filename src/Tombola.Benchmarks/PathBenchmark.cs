using System.Diagnostics;
using System.Globalization;
using Tombola.Data;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Landscape;
using Tombola.Training;

namespace Tombola.Benchmarks;

/// <summary>Times a path between two networks on made-up images beside plain evaluations of a network, in turn.</summary>
/// <param name="Model">Name of the architecture.</param>
/// <param name="Points">Points of the path, the ends included.</param>
/// <param name="Examples">Images evaluated at every point.</param>
/// <param name="Workers">Threads that walk the path together.</param>
/// <param name="Density">Fraction of prunable weights present.</param>
/// <param name="PlainMilliseconds">Time for an evaluation of one network on one thread, the median over several runs.</param>
/// <param name="ShareMilliseconds">Time for as many of them as the path has points, divided by the workers.</param>
/// <param name="PathMilliseconds">Time for the path, the median over several runs.</param>
/// <param name="Ratio">The path over the share of the plain evaluations, the median over pairs of runs.</param>
/// <param name="RatioLow">The lowest ratio of a pair.</param>
/// <param name="RatioHigh">The highest.</param>
/// <param name="Decodings">How often an image was decoded for one path, on average.</param>
public sealed record PathBenchmark(
    string Model,
    int Points,
    int Examples,
    int Workers,
    double Density,
    double PlainMilliseconds,
    double ShareMilliseconds,
    double PathMilliseconds,
    double Ratio,
    double RatioLow,
    double RatioHigh,
    double Decodings)
{
    private const int Runs = 5;

    /// <summary>What came out, in a sentence.</summary>
    public string Verdict => string.Create(
        CultureInfo.InvariantCulture,
        $"A path of {Points} points costs {Ratio:F2} times {Points} plain evaluations shared among {Workers} (from {RatioLow:F2} to {RatioHigh:F2} in {Runs} runs); each image was decoded {Decodings:0.##} times.");

    /// <summary>Measures.</summary>
    /// <param name="model">Name of the architecture.</param>
    /// <param name="points">Points of the path, the ends included.</param>
    /// <param name="examples">Images evaluated at every point.</param>
    /// <param name="workers">Threads that walk the path together.</param>
    /// <param name="density">Density of the benchmark mask; 1 for no mask.</param>
    public static PathBenchmark Measure(string model, int points, int examples, int workers, double density = 1)
    {
        SettingException.ThrowIfLessThan(points, 2, "The number of points");
        SettingException.ThrowIfLessThan(examples, 1, "The number of examples");
        SettingException.ThrowIfLessThan(workers, 1, "The number of workers");
        var network = Architectures.Create(model);
        var stored = density == 1 ? null : BenchmarkMasks.Of(network, density);
        var (first, second) = (End(network, stored, 1), End(network, stored, 2));
        var mask = Mask.OfRemaining([first, second]);
        var images = MakeUp(network, examples);
        using var team = new ThreadTeam(workers);

        // What runs for the first time is not compiled for good yet.
        Plain();
        Path(2);

        // What else the machine does changes from second to second: only times that follow each other closely are compared.
        var pairs = Enumerable.Range(0, Runs).Select(_ => (Plain: Plain(), Path: Path(points))).ToArray();
        var ratios = pairs.Select(pair => pair.Path.Seconds / (pair.Plain * points / workers)).Order().ToArray();
        var plain = StepTimer.Median(pairs.Select(pair => pair.Plain)) * 1e3;
        return new PathBenchmark(
            model,
            points,
            examples,
            workers,
            stored?.Density ?? 1,
            plain,
            plain * points / workers,
            StepTimer.Median(pairs.Select(pair => pair.Path.Seconds)) * 1e3,
            StepTimer.Median(ratios),
            ratios[0],
            ratios[^1],
            (double)pairs[0].Path.Decoded / examples);

        double Plain()
        {
            var start = Stopwatch.GetTimestamp();
            using var evaluator = new Evaluator(network, images, null, mask);
            evaluator.Evaluate(first);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        (double Seconds, long Decoded) Path(int points)
        {
            var start = Stopwatch.GetTimestamp();
            using var evaluator = new Evaluator(network, images, team, mask);

            // Jobs want to hear how far it is.
            LinearPath.Evaluate(first, second, points, evaluator, advance: _ => { });
            return (Stopwatch.GetElapsedTime(start).TotalSeconds, evaluator.Decoded);
        }
    }

    private static NetworkState End(Network network, Mask? mask, ulong seed)
    {
        var state = Initializers.Initialize(network, "kaiming_normal", new RandomStream(seed, RandomStream.Init));
        return mask is null ? state : state.Under(mask);
    }

    private static ExampleSource MakeUp(Network network, int count)
    {
        var stream = new RandomStream(1, RandomStream.Data);
        var pixels = new byte[checked(count * network.Input.Count)];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)stream.Below(256, 0, (ulong)i, 0);
        return ExampleSource.FromBytes(network.Input, pixels, [.. Enumerable.Range(0, count).Select(n => n % network.Classes)], network.Classes);
    }
}
