using System.Diagnostics;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;

namespace Tombola.Training;

/// <summary>Equal networks that take training steps side by side.</summary>
internal sealed class StepTimer : IDisposable
{
    /// <summary>Runs of which the median counts.</summary>
    public const int Runs = 7;

    // The runtime begins to compile what is used often when a tenth of a second has brought nothing new.
    private const double LongestWarmUp = 0.3;

    private readonly TrainingStep[] _steps;

    /// <summary>Seconds of a step, as last measured.</summary>
    private double _secondsOfStep;

    public StepTimer(Network network, StepSetting setting, Mask? mask, KernelChoice kernels) =>
        _steps = [.. Enumerable.Range(0, setting.Workers).Select(_ => new TrainingStep(network, setting.Recipe, setting.Threads, mask, kernels))];

    /// <summary>Native memory of one plan and its optimiser.</summary>
    public long ArenaBytes => _steps[0].ArenaBytes;

    /// <summary>Fraction of a dense step's multiply-adds that is left out.</summary>
    public double Skipped => _steps[0].Skipped;

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
    public double Run(double seconds) => Take(Math.Max(1, (int)Math.Min(seconds / _secondsOfStep, int.MaxValue)));

    /// <summary>Takes so many steps.</summary>
    /// <returns>Seconds a step of one network, the slowest.</returns>
    public double Take(int steps)
    {
        var times = new double[_steps.Length];
        var threads = _steps.Select((step, i) => new Thread(() => times[i] = step.Run(steps))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return _secondsOfStep = times.Max();
    }

    /// <summary>Seconds of one step, roughly: for forecasts, which need it within a moment.</summary>
    /// <param name="setting">What takes the step.</param>
    /// <param name="seconds">How long to measure, if a step is not longer.</param>
    public static double Estimate(StepSetting setting, double seconds)
    {
        ArgumentNullException.ThrowIfNull(setting);
        using var timer = new StepTimer(setting.CreateNetwork(), setting, null, KernelChoice.Automatic);
        if (timer.Take(1) > seconds) return Math.Min(timer.Take(1), timer.Take(1));
        timer.WarmUp(seconds / Runs);
        return Median([.. Enumerable.Range(0, Runs).Select(_ => timer.Run(seconds / Runs))]);
    }

    /// <summary>The middle one of an odd number of measurements.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    public void Dispose()
    {
        foreach (var step in _steps) step.Dispose();
    }
}
