using System.Diagnostics;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;

namespace Tombola.Training;

/// <summary>Equal networks that take training steps side by side.</summary>
internal sealed class Race : IDisposable
{
    /// <summary>Runs of which the median counts.</summary>
    public const int Runs = 7;

    // The runtime begins to compile what is used often when a tenth of a second has brought nothing new.
    private const double LongestWarmUp = 0.3;

    private readonly Contestant[] _contestants;

    /// <summary>Seconds of a step, as last measured.</summary>
    private double _step;

    public Race(Network network, StepSetting setting, Mask? mask, KernelChoice kernels) =>
        _contestants = [.. Enumerable.Range(0, setting.Workers).Select(_ => new Contestant(network, setting.Recipe, setting.Threads, mask, kernels))];

    /// <summary>Native memory of one plan and its optimiser.</summary>
    public long ArenaBytes => _contestants[0].ArenaBytes;

    /// <summary>Fraction of a dense step's multiply-adds that is left out.</summary>
    public double Skipped => _contestants[0].Skipped;

    /// <summary>Takes the first steps, which run code that is not compiled for good yet, and fill the caches.</summary>
    /// <param name="seconds">How long the runs will be; the warm-up is no longer.</param>
    public void WarmUp(double seconds)
    {
        var watch = Stopwatch.StartNew();
        Take(3);
        while (watch.Elapsed.TotalSeconds < Math.Min(seconds, LongestWarmUp)) Run(LongestWarmUp / 4);
    }

    /// <summary>Takes steps for about so long.</summary>
    /// <remarks>How many is foretold from the steps before: code is compiled for good only a while after it was first run, and is then many times as fast.</remarks>
    /// <returns>Seconds a step of one network, the slowest.</returns>
    public double Run(double seconds) => Take(Math.Max(1, (int)Math.Min(seconds / _step, int.MaxValue)));

    /// <summary>Takes so many steps.</summary>
    /// <returns>Seconds a step of one network, the slowest.</returns>
    public double Take(int steps)
    {
        var times = new double[_contestants.Length];
        var threads = _contestants.Select((contestant, i) => new Thread(() => times[i] = contestant.Run(steps))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return _step = times.Max();
    }

    /// <summary>The middle one of an odd number of measurements.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    public void Dispose()
    {
        foreach (var contestant in _contestants) contestant.Dispose();
    }
}
