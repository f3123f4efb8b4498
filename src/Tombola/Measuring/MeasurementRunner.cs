using System.Diagnostics;
using Tombola.Jobs;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Training;

namespace Tombola.Measuring;

/// <summary>Runs a measurement: computes what the store lacks, concludes, and writes the report.</summary>
internal static class MeasurementRunner
{
    /// <summary>Says how long a measurement will take; null if it is done, or takes no time worth the words.</summary>
    public static string? Forecast(Measurement measurement, IExecutor executor, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(measurement);
        ArgumentNullException.ThrowIfNull(executor);
        if (measurement.Forecast is not { } forecast || measurement.Jobs.All(executor.Store.HasEntry)) return null;
        executor.Run([.. measurement.Models.Models.Select(model => model.State)], null, cancellation);
        return forecast(executor, threads);
    }

    public static MeasurementResult Run(Measurement measurement, IExecutor executor, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(measurement);
        ArgumentNullException.ThrowIfNull(executor);
        var watch = Stopwatch.StartNew();
        var models = measurement.Models;
        Job[] reads = [.. models.Models.Select(model => (Job)model.State).Concat(measurement.Jobs).DistinctBy(job => job.Key)];
        executor.Run(reads, progress, cancellation);
        var results = executor.Store.Only(reads);
        var measured = measurement.Conclude(results);
        MeasuredFile[] files = [.. models.Models.Select(model => (model, Read: results.Result(model.State))).Select(file => new MeasuredFile(file.model.File, file.model.State.Key, file.Read.Density, file.Read.Notes))];

        // Titles belong to the name: the same contents may come by other names tomorrow.
        var folder = StudyRunner.ReportFolderOf(executor.Store, measurement.Name, reads.Select(job => job.Key).Concat(models.Models.Select(model => model.Title)));
        var report = StudyRunner.Write(executor.Store, folder, new Lazy<Report>(() => ReportOf(measurement, measured, files, watch.Elapsed, executor)), reads);
        return new MeasurementResult(measurement.Name, models.Network.Name, models.HasData ? models.Data.Name : null, models.DataDescription, files, measured.Verdict, measured.Numbers, report, watch.Elapsed.TotalSeconds) { Table = measured.Tables[0] };
    }

    private static Report ReportOf(Measurement measurement, Measured measured, IReadOnlyList<MeasuredFile> files, TimeSpan elapsed, IExecutor executor)
    {
        var models = measurement.Models;
        return new Report
        {
            Title = $"{measurement.Name} of {measurement.Subject ?? string.Join(", ", models.Models.Select(model => model.Title))}",
            Study = measurement.Name,
            Question = measurement.Question,
            Verdict = measured.Verdict,
            Figures = measured.Figures,
            Tables = measured.Tables,
            Choices = measured.Choices,
            Provenance =
            [
                new Fact("Network", models.Network.Name),
                .. files.Select(file => new Fact(file.File, $"entry {file.Key}, {InWords.Percent(file.Density, 1)} of the weights are not zero{string.Concat(file.Notes.Select(note => $". {note}"))}")),
                .. models.HasData ? FactsOfData(models) : [],
                .. StudyRunner.FactsOfRun(elapsed, executor),
            ],
        };
    }

    private static IEnumerable<Fact> FactsOfData(ModelSet models) =>
    [
        new("Data", models.Data.Name),
        .. models.DataDescription is { } description ? new[] { new Fact("Data files", description) } : [],
        new("Data fingerprint", models.Data.Fingerprint ?? ""),
        new("Pixels", models.Data.Pixels),
        new("Kernels", models.Arguments.Kernels ?? KernelNames.Automatic),
    ];
}
