using System.CommandLine;
using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Measuring;
using Tombola.Reporting;

namespace Tombola.Cli.Commands;

/// <summary><c>evaluate</c>, <c>path</c>, <c>compare</c>, <c>import</c>: model files measured.</summary>
internal static class MeasureCommands
{
    public static Command Evaluate() => Create(
        "evaluate",
        "Loss and error of networks in files, on the test set and on the training set.\n\nExample: tombola evaluate model.pth --data ~/data",
        fewest: 1,
        [],
        (models, _) => Evaluation.Of(models));

    public static Command Path()
    {
        var range = new Option<string?>("--range") { Description = "Part of the line to walk, such as -0.5:1.5 (else from one network to the other).", HelpName = "FROM:TO" };
        var points = new NumberOption<int>("--points") { Description = "Equally spaced points, the ends included.", DefaultValueFactory = _ => LinearPath.DefaultPoints };
        var on = new Option<string>("--on") { Description = "Examples to evaluate on: test or train (without augmentation).", DefaultValueFactory = _ => "test", HelpName = "test|train" };
        var batchNorm = new BatchNormOptions();
        return Create(
            "path",
            "Loss and error along the straight lines between networks in files; of several files, between all pairs.\n\nExample: tombola path a.safetensors b.safetensors --data ~/data",
            fewest: 2,
            [range, points, on, .. batchNorm.All],
            (models, parsed) => Walk.Of(models, parsed.GetValue(points), ReadRange(parsed.GetValue(range)), parsed.GetValue(on) switch
            {
                "test" => false,
                "train" => true,
                var other => throw new SettingException($"--on is '{other}'; it must be test or train."),
            }),
            batchNorm.Read);
    }

    public static Command Compare() => Create(
        "compare",
        "How alike networks in files are: distance and angle of their weights, overlap of their masks, and what they do differently.\n\nExample: tombola compare a.pth b.pth --data ~/data",
        fewest: 2,
        [],
        (models, _) => Comparison.Of(models));

    public static Command Import()
    {
        var common = new CommonOptions();
        var options = new ModelOptions(common);
        var folder = new Argument<string>("folder") { Description = "The folder lottery_HASH that OpenLTH wrote, or one of its replicates." };
        var paths = new Option<bool>("--paths") { Description = "Walk the straight lines from each level to the next as well." };
        var batchNorm = new BatchNormOptions();
        var command = new Command("import", "Take the levels of a run of OpenLTH into the store: masks, weights at the start and at the end, measured here beside what was logged there.\n\nExample: tombola import lottery_1a2b --data ~/data") { folder, paths };
        foreach (var option in batchNorm.All.Concat(options.All)) command.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            var data = common.OpenData(parsed);
            return Run(common, parsed, data, RunImport.Of(parsed.GetValue(folder)!, options.Read(parsed, batchNorm.Read(parsed)), data, parsed.GetValue(paths)), cancellation);
        });
        return command;
    }

    private static Command Create(
        string name, string description, int fewest, IEnumerable<Option> own, Func<ModelSet, ParseResult, Measurement> measure, Func<ParseResult, Recalibration?>? recalibration = null)
    {
        var common = new CommonOptions();
        var options = new ModelOptions(common);
        var files = new Argument<string[]>("files") { Description = $"Model files{(fewest == 1 ? "" : $", {fewest} or more")}: safetensors, PyTorch's .pt or .pth, .npz.", Arity = new ArgumentArity(fewest, 1000) };
        var command = new Command(name, description) { files };
        foreach (var option in own.Concat(options.All)) command.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            var data = common.OpenData(parsed);
            return Run(common, parsed, data, measure(ModelSet.Of(parsed.GetValue(files)!, options.Read(parsed, recalibration?.Invoke(parsed)), data), parsed), cancellation);
        });
        return command;
    }

    private static Task<int> Run(CommonOptions common, ParseResult parsed, DatasetCache data, Measurement measurement, CancellationToken cancellation)
    {
        var (output, store, models) = (common.Output(parsed), common.OpenStore(parsed), measurement.Models);
        output.Line($"{models.Network.Name} on {models.Data.Name}.{(models.DataDescription is { } what ? $" Data: {what}" : "")}");
        MeasurementResult? result = null;
        output.WithProgress(measurement.Name, progress => result = MeasurementRunner.Run(measurement, new LocalExecutor(store, data, common.WorkerCount(parsed)), progress, cancellation));
        Print(output, result!);
        return Task.FromResult(Application.Success);
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

    private static PathRange? ReadRange(string? text)
    {
        if (text is null) return null;
        return text.Split(':') is [var from, var to] && Engine.Foreign.Numbers.TryParse<double>(from, out var start) && Engine.Foreign.Numbers.TryParse<double>(to, out var end)
            ? new PathRange(start, end)
            : throw new SettingException($"--range is '{text}'; it must be two numbers with a colon between, such as -0.5:1.5.");
    }
}
