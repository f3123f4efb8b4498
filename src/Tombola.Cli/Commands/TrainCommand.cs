using System.CommandLine;
using System.Globalization;
using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Studies;
using Tombola.Training;

namespace Tombola.Cli.Commands;

/// <summary><c>train</c>: one dense network with a preset's recipe.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var keep = new Option<string?>("--keep") { Description = "Steps whose states are kept besides the last, separated by commas.", HelpName = "STEPS" };
        var every = new Option<string?>("--evaluate-every") { Description = "How often to measure the test set, as a step (else as the preset says).", HelpName = "STEP" };
        var command = new Command("train", "Train one network with a preset's recipe.\n\nExample: tombola train --preset lenet-mnist --data ~/data --seed 2")
        {
            common.Preset, common.Scale, common.Steps, common.Set, common.Seed, keep, every, common.Store, common.Data, common.Repair, common.Json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var output = common.Output(parsed);
            var (store, data) = (common.OpenStore(parsed), common.OpenData(parsed));
            var request = common.ReadArguments(parsed).For(common.ReadPresetName(parsed, "lenet-glyphs")) with { Replicates = 1 };
            var context = new StudyContext(request, data);
            var copy = context.Replicates[0].Copy(Condition.Dense(), 0);
            var job = copy with
            {
                Keep = [.. (parsed.GetValue(keep) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => context.Iterations(StepCount.Parse(text)))],
                EvaluateEvery = parsed.GetValue(every) ?? copy.EvaluateEvery,
            };
            if (job.Keep.Any(step => step > job.To)) throw new SettingException($"--keep names a step after the end of training, step {job.To}.");
            if (context.DataDescription is { } description) output.Line($"Data: {description}");
            output.WithProgress("train", progress => new LocalExecutor(store, data, workers: 1).Run([job], progress, cancellation));
            var metrics = store.Metrics(job);
            output.Object(new { job.Key, Folder = store.EntryOf(job.Key), Version = store.VersionOf(job), context.DataDescription, Metrics = metrics });
            output.Table(
                [("Step", true), ("Train loss", true), ("Train error", true), ("Test loss", true), ("Test error", true)],
                metrics.Select(line => (IReadOnlyList<string>)
                [
                    line.Step.ToString(CultureInfo.InvariantCulture), Number(line.TrainLoss, "F4"), Number(line.TrainError, "P2"), Number(line.TestLoss, "F4"), Number(line.TestError, "P2"),
                ]));
            output.Line($"Test accuracy {Number(1 - metrics[^1].TestError, "P2")}. States and metrics: {store.EntryOf(job.Key)}");
            return Task.FromResult(Application.Success);
        });
        return command;
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
