using System.CommandLine;
using Tombola.Jobs;
using Tombola.Measuring;
using Tombola.Pruning;
using Tombola.Reporting;

namespace Tombola.Cli.Commands;

/// <summary><c>prune</c>: a mask for a network in a file.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var options = new ModelOptions(common);
        var file = new Argument<string>("file") { Description = "Model file: safetensors, PyTorch's .pt or .pth, .npz." };
        var density = new NumberOption<double>("--density") { Description = "Fraction of all prunable weights that shall remain.", HelpName = "D", Required = true };
        var strategy = new Option<string>("--strategy") { Description = $"Score by which weights are ranked: {string.Join(", ", PruningStrategies.Names)}; see: tombola pruning list", DefaultValueFactory = _ => "magnitude", HelpName = "NAME" };
        var distribution = new Option<string?>("--distribution") { Description = $"How removals are shared out among layers: {string.Join(", ", PruningDistributions.Registry.All.Select(one => one.TakesDensities ? $"{one.Name}:LAYER=D,*=D or {one.Name}:FILE" : one.Name))} (else the strategy's own).", HelpName = "NAME" };
        var mask = new PathOption("--mask") { Description = "Mask to go on from (else the file's own, or none).", HelpName = "FILE" };
        var exempt = new Option<string?>("--exempt") { Description = "Layers to leave whole, separated by commas.", HelpName = "LAYERS" };
        var result = new PathOption("--out") { Description = "File for the mask (safetensors).", HelpName = "FILE", Required = true };
        var pruned = new PathOption("--out-state") { Description = "File for the weights under the mask (safetensors).", HelpName = "FILE" };
        var command = new Command("prune", "Prune a network in a file to a density, and write the mask.\n\nExample: tombola prune model.pth --density 0.2 --out mask.safetensors") { file, density, strategy, distribution, mask, exempt, result, pruned, common.Seed };
        foreach (var option in options.All) command.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            var output = common.Output(parsed);
            var (store, data) = (common.OpenStore(parsed), common.OpenData(parsed));
            FilePruning.DemandPlaces(parsed.GetValue(file)!, parsed.GetValue(mask), parsed.GetValue(result)!, parsed.GetValue(pruned));
            var models = ModelSet.Of([parsed.GetValue(file)!], options.Read(parsed), data);
            var job = FilePruning.Of(models, parsed.GetValue(density), PruningStrategies.Read(parsed.GetValue(strategy)!, parsed.GetValue(distribution)), parsed.GetValue(mask), Layers(parsed.GetValue(exempt)), parsed.GetValue(common.Seed));
            output.WithProgress("prune", progress => new LocalExecutor(store, data, common.WorkerCount(parsed)).Run([job], progress, cancellation));
            var made = FilePruning.Write(store, models, job, parsed.GetValue(result)!, parsed.GetValue(pruned));
            output.Object(made);
            foreach (var note in made.Notes) output.Line(note);
            output.Table(
                [("Layer", false), ("Weights", true), ("Remaining", true), ("Density", true)],
                made.Layers.Select(layer => (IReadOnlyList<string>)[layer.Name, InWords.Whole(layer.Count), InWords.Whole(layer.Remaining), InWords.Percent(layer.Density, 1)]));
            output.Line($"{InWords.Grouped(made.Remaining)} of {InWords.Grouped(made.Prunable)} weights of {models.Network.Name} remain, {InWords.Percent(made.Density)}. Mask: {made.Mask}{(made.State is { } state ? $". Weights under it: {state}" : "")}");
            return Task.FromResult(Application.Success);
        });
        return command;
    }

    private static string[] Layers(string? names) => names?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
