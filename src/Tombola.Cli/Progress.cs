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
        var gone = _watch.Elapsed.TotalSeconds;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {value.Done} of {value.Total} jobs, {value.Fraction:P0}, {gone:F0} s gone{Left(gone, value.Fraction)}"));
    }

    /// <summary>From less than a thousandth of the work nothing can be foretold.</summary>
    private static string Left(double gone, double fraction) =>
        fraction < 0.001 ? "" : string.Create(CultureInfo.InvariantCulture, $", about {gone * (1 - fraction) / fraction:F0} s left");
}
