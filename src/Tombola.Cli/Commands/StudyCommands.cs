using System.CommandLine;
using System.Globalization;
using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Cli.Commands;

/// <summary><c>quickstart</c> and <c>study run|list|show</c>.</summary>
internal static class StudyCommands
{
    public static Command Quickstart() => Runner(
        new Command("quickstart", "Find winning tickets on the built-in glyphs in under a minute.\n\nExample: tombola quickstart --json"), fixedStudy: "quickstart");

    public static Command Study() => new("study", "Run, list and explain studies.")
    {
        Runner(new Command("run", "Run a study, or all studies of a paper: compute what is missing, conclude, write the report.\n\nExample: tombola study run lenet-mnist --data ~/data\nExample: tombola study run lmc --scale small"), fixedStudy: null),
        StudyList.Create(),
        Show(),
    };

    private static Command Runner(Command command, string? fixedStudy)
    {
        var common = new CommonOptions();
        var request = new RequestOptions();
        var name = new Argument<string>("name") { Description = "Name of the study or of a paper (lmc, scale, unmasking), or all; see: tombola study list" };
        if (fixedStudy is null) command.Add(name);
        foreach (var option in request.All(common).Concat([common.Store, common.Data, common.Workers, common.Repair, common.Json])) command.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            var output = common.Output(parsed);
            var (store, data, workers) = (common.OpenStore(parsed), common.OpenData(parsed), common.WorkerCount(parsed));
            if (fixedStudy is null && StudyCatalogue.OfPaper(parsed.GetValue(name)!) is { } studies)
            {
                var (paper, reader) = (parsed.GetValue(name)!, request.Reader(parsed, common));
                Study[] here = [.. studies.Where(study => study.Needs is null)];
                UnusedOptions.Refuse([.. here.Select(study => (study, reader(study)))], request.Changes(parsed), data);
                PaperResult? whole = null;
                output.WithProgress(paper, progress => whole = PaperRunner.Run(paper, studies, reader, new LocalExecutor(store, data, workers), progress, cancellation));
                Print(output, whole!);
                return Task.FromResult(whole!.Failures.Count == 0 ? Application.Success : Application.Failed);
            }

            var study = StudyCatalogue.Find(fixedStudy ?? parsed.GetValue(name)!);
            if (study.Needs is { } needs) throw new FileNotFoundException(needs);
            var asked = request.Read(parsed, common, study);
            UnusedOptions.Refuse([(study, asked)], request.Changes(parsed), data);
            output.Line(study.Question);
            output.Line($"Preset {asked.Preset.Name}, scale {asked.Scale}, {InWords.Count(asked.Replicates, "replicate")}, {InWords.Count(workers, "worker")}: {asked.Preset.Model} on {asked.Preset.Data.Name}.");
            StudyResult? result = null;
            output.WithProgress(study.Name, progress => result = StudyRunner.Run(study, asked, new LocalExecutor(store, data, workers), progress, cancellation));
            Print(output, result!);
            return Task.FromResult(Application.Success);
        });
        return command;
    }

    internal static void Print(Output output, StudyResult result)
    {
        output.Object(result);
        if (result.DataDescription is { } data) output.Line($"Data: {data}");
        foreach (var note in result.Notes) output.Line(note);
        var table = result.Table;
        output.Table(table.Columns.Select(column => (column.Title, column.Numeric)), table.Rows);
        foreach (var claim in result.Claims) output.Line($"{ClaimCounts.Sign(claim.Holds)} {claim.Sentence}");
        output.Line();
        output.Line(result.Verdict);
        if (result.PrunedAway.Count > 0) output.Line($"Layers that were pruned away entirely: {string.Join(", ", result.PrunedAway)}.");
        if (result.SkippedArithmetic is > 0 and { } skipped) output.Line(string.Create(CultureInfo.InvariantCulture, $"Pruned weights were skipped: {skipped * 100:F0} % of the arithmetic of dense training."));
        if (VersionShare.Warning(result.Versions) is { } warning) output.Line(warning);
        if (result.Reproduced > 0) output.Line($"{InWords.Count(result.Reproduced, "job was", "jobs were")} computed by another process at the same time, with the same bytes.");
        output.Line(string.Create(CultureInfo.InvariantCulture, $"{result.Seconds:F1} s. Report: {result.Report}"));
    }

    private static void Print(Output output, PaperResult result)
    {
        output.Object(result);
        output.Table(
            [("Study", false), ("Preset", false), ("Claims", false), ("Time", true), ("Verdict", false)],
            [
                .. result.Studies.Select(study => (IReadOnlyList<string>)[study.Study, study.Preset, ClaimCounts.Signs(study.Claims), study.Seconds > 0 ? InWords.Duration(study.Seconds) : "from the store", InWords.Shortened(study.Verdict, 60)]),
                .. result.NotRun.Select(study => (IReadOnlyList<string>)[study.Study, "", "", "not run", study.Needs]),
            ],
            wrapped: "Verdict");
        output.Line(ClaimCounts.Sentence([.. result.Studies.SelectMany(study => study.Claims)]));
        foreach (var failure in result.Failures) output.Line($"✗ {failure}");
        output.Line($"{InWords.Duration(result.Seconds)}. Report: {result.Report}");
    }

    private static Command Show()
    {
        var common = new CommonOptions();
        var request = new RequestOptions();
        var name = new Argument<string>("name") { Description = "Name of the study." };
        var command = new Command("show", "What a study asks, its jobs, and how long it will take here.\n\nExample: tombola study show lenet-mnist --data ~/data") { name };
        foreach (var option in request.All(common).Concat([common.Store, common.Data, common.Workers, common.Json])) command.Add(option);
        command.SetAction(parsed =>
        {
            var study = StudyCatalogue.Find(parsed.GetValue(name)!);
            var output = common.Output(parsed);
            if (study.Needs is { } needs)
            {
                output.Object(Forecast.Missing(study.Name, needs));
                output.Line($"{study.Name}: {study.Question}");
                output.Line($"Source: {study.Source}.");
                output.Line($"It cannot run here: {needs}");
                return Application.Success;
            }

            var asked = request.Read(parsed, common, study);
            var data = common.OpenData(parsed);
            UnusedOptions.Refuse([(study, asked)], request.Changes(parsed), data);
            var forecast = new Forecaster(common.OpenStoreToCount(parsed, output), data, common.WorkerCount(parsed)).Of(study, asked);
            output.Object(forecast);
            if (output.IsJson) return Application.Success;
            output.Line($"{study.Name}: {study.Question}");
            output.Line($"Source: {study.Source}.");
            output.Line($"Preset {asked.Preset.Name}: {asked.Preset.Description}");
            output.Line($"Network {asked.Preset.Model} on {asked.Preset.Data.Name}.");
            output.Line($"Scale {asked.Scale} ({Scale.Find(asked.Scale).Description}), {InWords.Count(asked.Replicates, "replicate")}, seed {asked.Seed}.");
            foreach (var choice in asked.Preset.Choices) output.Line($"{choice.Name}: {choice.Value}. {choice.Why}");
            if (forecast.NeedsData is { } needed)
            {
                output.Line($"Its jobs cannot be counted yet: {needed}");
                return Application.Success;
            }

            output.Table([("Jobs", false), ("In all", true), ("In the store", true)], forecast.Jobs.Select(kind => (IReadOnlyList<string>)[kind.Kind, InWords.Whole(kind.Total), InWords.Whole(kind.Stored)]));
            output.Line($"Time left here with {InWords.Count(common.WorkerCount(parsed), "worker")}: about {InWords.Duration(forecast.SecondsLeft!.Value)} (from a timed training step).");
            output.Line("Fields (change with --set name=value): " + string.Join(", ", PresetFields.Of(asked.Preset).Select(field => string.Create(CultureInfo.InvariantCulture, $"{field.Name}={field.Value}"))));
            return Application.Success;
        });
        return command;
    }
}
