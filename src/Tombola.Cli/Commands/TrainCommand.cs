using System.CommandLine;
using System.Globalization;
using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Measuring;
using Tombola.Studies;
using Tombola.Training;

namespace Tombola.Cli.Commands;

/// <summary><c>train</c>: one dense network with a preset's recipe.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var keep = new Option<string?>("--keep") { Description = "Steps whose states are kept and measured besides the last, separated by commas.", HelpName = "STEPS" };
        var every = new Option<string?>("--keep-every") { Description = "The same for every so many steps; each takes the place of two or three states.", HelpName = "STEP" };
        var from = new PathOption("--from") { Description = "Model file whose weights to start from (safetensors, PyTorch's .pt or .pth, .npz); its network is trained.", HelpName = "FILE" };
        var mask = new PathOption("--mask") { Description = "Mask under which to train.", HelpName = "FILE" };
        var first = new Option<string?>("--from-step") { Description = "Step that the weights of --from are of: the schedule goes on from there.", HelpName = "STEP" };
        var command = new Command("train", "Train one network with a preset's recipe.\n\nExample: tombola train --preset lenet-mnist --data ~/data --seed 2\nExample: tombola train --from ticket.safetensors --mask mask.safetensors --from-step 1000it")
        {
            common.Preset, common.Scale, common.Steps, common.Set, common.Seed, from, mask, first, keep, every, common.Store, common.Data, common.Repair, common.Json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var output = common.Output(parsed);
            var (store, data) = (common.OpenStore(parsed), common.OpenData(parsed));
            var request = Request(common.ReadArguments(parsed), parsed.GetValue(from), parsed.GetValue(mask), data) with { Replicates = 1 };
            var context = new StudyContext(request, data);
            var job = context.Replicates[0].Copy(Condition.Dense(), 0) with { From = FirstStep(context, parsed.GetValue(first), parsed.GetValue(from)) };
            long[] steps = [.. KeptSteps(context, parsed.GetValue(keep), parsed.GetValue(every), job.To).Where(step => step >= job.From)];
            TrainJob[] jobs = [.. steps.Where(step => step > job.From).Select(step => job with { To = step }), job];
            (long Step, Job Job)[] states = [.. steps.Contains(job.From) ? new[] { (job.From, job.Start) } : [], .. jobs.Select(kept => (kept.To, (Job)kept))];
            if (context.DataDescription is { } description) output.Line($"Data: {description}");
            foreach (var note in context.Start.Notes) output.Line(note);
            output.WithProgress("train", progress => new LocalExecutor(store, data, workers: 1).Run(jobs, progress, cancellation));
            Metrics[] metrics = [.. store.Metrics(job).Concat(jobs.Select(kept => store.Result(kept).Last)).DistinctBy(line => line.Step).OrderBy(line => line.Step)];
            output.Object(new
            {
                job.Key,
                Folder = store.EntryOf(job.Key),
                Version = store.VersionOf(job),
                context.DataDescription,
                States = states.Select(state => new { state.Step, state.Job.Key, Folder = store.EntryOf(state.Job.Key) }),
                Metrics = metrics,
            });
            output.Table(
                [("Step", true), ("Train loss", true), ("Train error", true), ("Test loss", true), ("Test error", true)],
                metrics.Select(line => (IReadOnlyList<string>)
                [
                    line.Step.ToString(CultureInfo.InvariantCulture), Number(line.TrainLoss, "F4"), Number(line.TrainError, "P2"), Number(line.TestLoss, "F4"), Number(line.TestError, "P2"),
                ]));
            foreach (var state in states.SkipLast(1)) output.Line($"State of step {state.Step}: {store.EntryOf(state.Job.Key)}");
            output.Line($"Test accuracy {Number(1 - metrics[^1].TestError, "P2")}. State and metrics: {store.EntryOf(job.Key)}");
            return Task.FromResult(Application.Success);
        });
        return command;
    }

    /// <summary>What is trained: the network of a preset, or that of a file with the recipe of one.</summary>
    private static StudyRequest Request(RequestArguments arguments, string? state, string? mask, DatasetCache data)
    {
        if (mask is not null) arguments = arguments with { Set = [$"mask={mask}", .. arguments.Set] };
        if (state is null) return arguments.For(arguments.Preset ?? "lenet-glyphs");
        arguments = FileRequest.Of(state, arguments, data);
        return (arguments with { Set = [$"initialState={state}", .. arguments.Set] }).For(arguments.Preset!);
    }

    private static long FirstStep(StudyContext context, string? step, string? state)
    {
        if (step is null) return 0;
        if (state is null) throw new SettingException("--from-step says which step the weights of --from are of; give --from FILE too, or leave it out.");
        return context.Iterations(StepCount.Parse(step)) is var first && first < context.Total
            ? first
            : throw new SettingException($"--from-step is step {first}, which is not before the end of training, step {context.Total}.");
    }

    /// <summary>Steps before the end of training, ascending.</summary>
    private static IEnumerable<long> KeptSteps(StudyContext context, string? keep, string? every, long end)
    {
        var steps = (keep ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => context.Iterations(StepCount.Parse(text))).ToList();
        if (steps.Exists(step => step > end)) throw new SettingException($"--keep names a step after the end of training, step {end}.");
        if (every is not null)
        {
            var interval = context.Iterations(StepCount.Parse(every));
            if (interval < 1) throw new SettingException("--keep-every is a number of steps from 1, such as 1000it or 4ep.");
            for (var step = interval; step < end; step += interval) steps.Add(step);
        }

        return steps.Where(step => step < end).Distinct().Order();
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
