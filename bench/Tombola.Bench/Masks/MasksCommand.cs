using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Pruning;

namespace Tombola.Bench.Masks;

/// <summary><c>masks</c>: makes the benchmark masks anew.</summary>
internal static class MasksCommand
{
    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "Folder of MNIST and CIFAR-10.", HelpName = "DIR" };
        var model = new Option<string?>("--model") { Description = "Only this model.", HelpName = "NAME" };
        var steps = new Option<int?>("--steps") { Description = "Training steps before each pruning (else the model's own number).", HelpName = "N" };
        var folder = new Option<string>("--out") { Description = "Folder of the files.", DefaultValueFactory = _ => "src/Tombola.Benchmarks/Masks", HelpName = "DIR" };
        var command = new Command("masks", "Make the masks of the step benchmarks by iterative pruning of trained networks, and write them into the sources.") { data, model, steps, folder, new HelpOption() };
        command.SetAction(parsed =>
        {
            var recipes = MaskRecipe.All.Where(recipe => parsed.GetValue(model) is not { } name || recipe.Preset.Model == name).ToArray();
            if (recipes.Length == 0) throw new ArgumentException($"There is no recipe for masks of '{parsed.GetValue(model)}'. Models: {string.Join(", ", MaskRecipe.All.Select(recipe => recipe.Preset.Model))}.");
            if (!Directory.Exists(parsed.GetValue(folder))) throw new DirectoryNotFoundException($"There is no folder {parsed.GetValue(folder)}. Run this in the root of the repository, or name a folder with --out.");
            foreach (var recipe in recipes.Select(recipe => recipe with { Steps = parsed.GetValue(steps) ?? recipe.Steps }))
            {
                if (recipe.Steps <= recipe.Rewind) throw new ArgumentException($"--steps is {recipe.Steps}; for {recipe.Preset.Model} it must be above {recipe.Rewind}, the step that it goes back to.");
                Make(recipe, DataFolder.Resolve(parsed.GetValue(data)), parsed.GetValue(folder)!);
            }
        });
        return command;
    }

    private static void Make(MaskRecipe recipe, DataFolder data, string folder)
    {
        var space = Architectures.Create(recipe.Preset.Model).Space;
        var dataset = Datasets.Load(recipe.Preset.Data, data);
        Line($"{recipe.Preset.Model}: {recipe.Steps} steps a level, rewound to step {recipe.Rewind}, on {dataset.Description}");
        Line($"density  error %  {string.Join("  ", space.Prunable.Select(parameter => parameter.Name))}");
        var ladder = new MaskMaker(recipe, dataset).Make((mask, metrics) =>
            Line($"{mask.Density,7:F4}  {metrics.TestError * 100,7:F2}  {string.Join("  ", SparsityReport.Of(mask).Select(layer => Text($"{layer.Density:F4}").PadLeft(layer.Name.Length)))}"));
        var path = Path.Combine(folder, $"{recipe.Preset.Model}.masks");
        var bytes = ladder.ToBytes();
        File.WriteAllBytes(path, bytes);
        Line($"{path}: {bytes.Length:N0} bytes for {space.PrunableCount:N0} weights");
    }

    private static void Line(FormattableString text) => Console.WriteLine(Text(text));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
