using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Tombola.Jobs;

namespace Tombola.Cli;

/// <summary>Jobs, rate and time left as a bar that is drawn again and again.</summary>
internal sealed class BarProgress(ProgressTask task) : IProgress<JobProgress>
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public void Report(JobProgress value)
    {
        task.Value = value.Fraction;
        var rate = value.Done / Math.Max(_watch.Elapsed.TotalSeconds, 0.001);
        task.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{value.Done}/{value.Total} jobs, {rate:F1} a second; {(value.Running is [var first, ..] ? first : "waiting")}"));
    }
}

/// <summary>The same as a line now and then, for logs.</summary>
internal sealed class PlainProgress(string title) : IProgress<JobProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _next = TimeSpan.FromSeconds(2);

    public void Report(JobProgress value)
    {
        if (_watch.Elapsed < _next && value.Done < value.Total) return;
        _next = _watch.Elapsed + Interval;
        var left = value.Fraction > 0 ? _watch.Elapsed * ((1 - value.Fraction) / value.Fraction) : TimeSpan.Zero;
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{title}: {value.Done} of {value.Total} jobs, {value.Fraction:P0}, {_watch.Elapsed.TotalSeconds:F0} s gone, about {left.TotalSeconds:F0} s left"));
    }
}
