using System.CommandLine;
using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Measuring;
using Tombola.Papers.Tickets;
using Tombola.Pruning;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Training;

namespace Tombola.Cli.Commands;

/// <summary><c>branch</c>: one ablation of a ticket by hand.</summary>
internal static class BranchCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var request = new RequestOptions();
        var level = new OptionalNumberOption<int>("--level") { Description = "Level of the ticket (else the one that the preset studies).", HelpName = "N" };
        var state = new PathOption("--state") { Description = "A ticket of your own: model file of its weights at the step that --rewind says. With --mask FILE it is retrained beside all its controls.", HelpName = "FILE" };
        var mask = new Option<string?>("--mask") { Description = $"Another mask, or the file of that of --state: {List(MaskSources.All.Select(source => (source.Name, source.Description)))}.", HelpName = "NAME|FILE" };
        var density = new OptionalNumberOption<double>("--density") { Description = $"Another density than the level's, for masks that are made at once: {string.Join(", ", MaskSources.All.Where(source => source.ToDensity is not null).Select(source => source.Name))}.", HelpName = "D" };
        var distribution = new Option<string?>("--distribution") { Description = $"Another way to share out removals among layers, for the same masks: {List(PruningDistributions.Registry.All.Select(one => (one.Name, one.Description)))}.", HelpName = "NAME" };
        var weights = new Option<string?>("--weights") { Description = $"Other weights: {List(WeightSources.All.Select(source => (source.Name, source.Description)))}.", HelpName = "NAME" };
        var from = new Option<string?>("--from") { Description = "Another step for the weights and the schedule than the step k that the mask was found with.", HelpName = "STEP" };
        var retrain = new Option<string[]>("--retrain") { Description = "Change a field of the recipe for the retraining only; may be given again.", HelpName = "name=value" };
        var command = new Command("branch", "Change one thing about a ticket, retrain it, and compare.\n\nExample: tombola branch --preset lenet-glyphs --rewind 100it --weights shuffled-signs\nExample: tombola branch --state w500.safetensors --mask mask.safetensors --rewind 500it");
        foreach (var option in new Option[] { state, mask, density, distribution, weights, from, retrain, level }.Concat(request.OfTicket(common)).Concat([common.Store, common.Data, common.Workers, common.Repair, common.Json])) command.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            var output = common.Output(parsed);
            var (store, data, workers) = (common.OpenStore(parsed), common.OpenData(parsed), common.WorkerCount(parsed));
            Study study;
            StudyRequest asked;
            if (parsed.GetValue(state) is { } weightsFile)
            {
                if (parsed.GetValue(mask) is not { } maskFile) throw new SettingException("--state is the weights of a ticket; give its mask too, with --mask FILE.");
                foreach (var option in new Option[] { density, distribution, weights, from, retrain, level }.Where(option => parsed.GetResult(option) is { Implicit: false }))
                {
                    throw new SettingException($"{option.Name} changes a ticket that is found here; one of --state is retrained as it is, beside all its controls. Leave it out.");
                }

                var arguments = FileRequest.Of(weightsFile, request.ReadArguments(parsed, common), data);
                study = GivenTicketStudy.Of(ForeignFile.At(weightsFile), ForeignFile.At(maskFile), arguments.Preset!);
                asked = arguments.For(study);
            }
            else
            {
                study = new Branch
                {
                    Level = parsed.GetValue(level),
                    Masks = parsed.GetValue(mask) is { } masks ? MaskSources.Find(masks) : null,
                    Density = parsed.GetValue(density),
                    Distribution = parsed.GetValue(distribution),
                    Weights = parsed.GetValue(weights) is { } source ? WeightSources.Find(source) : null,
                    From = parsed.GetValue(from) is { } step ? StepCount.Parse(step) : null,
                    Recipe = parsed.GetValue(retrain) is { Length: > 0 } assignments ? common.ReadArguments(parsed).RecipeOf(common.ReadPresetName(parsed, Branch.DefaultPreset), assignments) : null,
                }.Study;
                asked = request.Read(parsed, common, study);
            }

            UnusedOptions.Refuse([(study, asked)], request.Changes(parsed), data);
            output.Line($"Preset {asked.Preset.Name}, scale {asked.Scale}, {InWords.Count(asked.Replicates, "replicate")}, {InWords.Count(workers, "worker")}: {asked.Preset.Model} on {asked.Preset.Data.Name}.");
            StudyResult? result = null;
            output.WithProgress(study.Name, progress => result = StudyRunner.Run(study, asked, new LocalExecutor(store, data, workers), progress, cancellation));
            StudyCommands.Print(output, result!);
            return Task.FromResult(Application.Success);
        });
        return command;
    }

    private static string List(IEnumerable<(string Name, string Description)> sources) => string.Join("; ", sources.Select(source => $"{source.Name} ({source.Description})"));
}
