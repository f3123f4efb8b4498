using System.CommandLine;
using Tombola.Data;
using Tombola.Jobs;
using Tombola.Measuring;
using Tombola.Reporting;

namespace Tombola.Cli.Commands;

/// <summary>Carries a measurement out, and says what came of it.</summary>
internal static class MeasurementRun
{
    public static void Carry(Measurement measurement, CommonOptions common, ParseResult parsed, Store store, DatasetCache data, CancellationToken cancellation)
    {
        var (output, models, workers) = (common.Output(parsed), measurement.Models, common.WorkerCount(parsed));
        output.Line($"{models.Network.Name}{(models.HasData ? $" on {models.Data.Name}" : "")}.{(models.DataDescription is { } what ? $" Data: {what}" : "")}");
        var executor = new LocalExecutor(store, data, workers);
        if (MeasurementRunner.Forecast(measurement, executor, Math.Min(workers, Environment.ProcessorCount), cancellation) is { } forecast) output.Line(forecast);
        MeasurementResult? result = null;
        output.WithProgress(measurement.Name, progress => result = MeasurementRunner.Run(measurement, executor, progress, cancellation));
        Print(output, result!);
    }

    private static void Print(Output output, MeasurementResult result)
    {
        output.Object(result);
        foreach (var file in result.Files)
        {
            foreach (var note in file.Notes) output.Line($"{file.File}: {note}");
        }

        output.Table(result.Table!.Columns.Select(column => (column.Title, column.Numeric)), result.Table.Rows);
        output.Line(result.Verdict);
        output.Line($"{InWords.Fixed(result.Seconds, 1)} s. Report: {result.Report}");
    }
}
