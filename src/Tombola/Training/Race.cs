using Tombola.Engine.Execution;
using Tombola.Engine.Networks;

namespace Tombola.Training;

/// <summary>Equal networks that take training steps side by side.</summary>
internal sealed class Race : IDisposable
{
    /// <summary>Runs of which the median counts.</summary>
    public const int Runs = 7;

    private readonly Contestant[] _contestants;

    public Race(Network network, StepSetting setting, Mask? mask, KernelChoice kernels) =>
        _contestants = [.. Enumerable.Range(0, setting.Workers).Select(_ => new Contestant(network, setting.Recipe, setting.Threads, mask, kernels))];

    /// <summary>Native memory of one plan and its optimiser.</summary>
    public long ArenaBytes => _contestants[0].ArenaBytes;

    /// <summary>Fraction of a dense step's multiply-adds that is left out.</summary>
    public double Skipped => _contestants[0].Skipped;

    /// <summary>Takes the first steps, which run code that is not compiled for good yet, and fill the caches.</summary>
    /// <returns>How many steps take about so long.</returns>
    public int WarmUp(double seconds)
    {
        var warm = Run(3);
        if (warm < 0.01) warm = Run(100);
        return Math.Max(1, (int)(seconds / warm));
    }

    /// <summary>Seconds a step of one network, the slowest.</summary>
    public double Run(int steps)
    {
        var times = new double[_contestants.Length];
        var threads = _contestants.Select((contestant, i) => new Thread(() => times[i] = contestant.Run(steps))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return times.Max();
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
