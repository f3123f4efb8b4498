using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Tombola.Engine.Foreign;
using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Cli;

/// <summary>Jobs, rate and time left as a bar that is drawn again and again.</summary>
internal sealed class BarProgress(IAnsiConsole console, ProgressTask task) : IProgress<JobProgress>
{
    /// <summary>Spinner, bar, percentage and time left, with the spaces between.</summary>
    private const int OtherColumns = 52;

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public void Report(JobProgress value)
    {
        foreach (var sentence in value.News) console.WriteLine(Printable.Sentence(sentence));
        task.Value = value.Fraction;
        var rate = value.Done / Math.Max(_watch.Elapsed.TotalSeconds, 0.001);
        var text = string.Create(CultureInfo.InvariantCulture, $"{value.Done}/{value.Total} jobs{Failed.In(value)}, {rate:F1} a second; {(value.Running is [var first, ..] ? first : Waiting.For(value) ?? "waiting")}");
        task.Description = Markup.Escape(InWords.Shortened(text, Math.Max(20, console.Profile.Width - OtherColumns)));
    }
}

/// <summary>The same as a line now and then, for logs.</summary>
internal sealed class PlainProgress(string title) : IProgress<JobProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _next = TimeSpan.FromSeconds(2);
    private bool _ended;

    public void Report(JobProgress value)
    {
        foreach (var sentence in value.News) Console.Error.WriteLine(Printable.Sentence(sentence));
        if (_ended || (_watch.Elapsed < _next && value.Done < value.Total)) return;
        _ended = value.Done == value.Total;
        _next = _watch.Elapsed + Interval;
        var gone = _watch.Elapsed.TotalSeconds;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {value.Done} of {value.Total} jobs{Failed.In(value)}, {value.Fraction:P0}, {gone:F0} s gone{(!_ended && value.Running.Count == 0 ? $", {Waiting.For(value) ?? "waiting"}" : Left(gone, value.Fraction))}"));
    }

    /// <summary>From less than a thousandth of the work nothing can be foretold.</summary>
    private static string Left(double gone, double fraction) =>
        fraction < 0.001 ? "" : string.Create(CultureInfo.InvariantCulture, $", about {gone * (1 - fraction) / fraction:F0} s left");
}

/// <summary>How many jobs failed so far; what was wrong with them is said at the end, once.</summary>
internal static class Failed
{
    /// <summary>Such as ", 1 failed"; nothing if none did.</summary>
    public static string In(JobProgress progress) => progress.Failed > 0 ? $", {InWords.Whole(progress.Failed)} failed" : "";
}

/// <summary>For whom a process waits that has nothing to do itself.</summary>
internal static class Waiting
{
    /// <summary>Such as "waiting for process 4711 on node7, which computes 'train ...' since 12:30"; null if for nobody.</summary>
    public static string? For(JobProgress progress) => progress.Elsewhere is not [var job, ..] ? null : job.Process == 0 ? "waiting for a process whose claim cannot be read" : string.Create(
        CultureInfo.InvariantCulture,
        $"waiting for process {job.Process} on {Printable.Name(job.Host)}, which computes '{Printable.Name(job.Title)}' since {job.Since.ToLocalTime():HH:mm} ({job.Progress:P0} done)");
}
