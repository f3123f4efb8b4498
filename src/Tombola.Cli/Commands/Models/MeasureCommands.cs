using System.CommandLine;
using Tombola.Landscape;
using Tombola.Measuring;

namespace Tombola.Cli.Commands;

/// <summary><c>evaluate</c>, <c>path</c>, <c>compare</c>, <c>weights</c>, <c>import</c>: model files measured.</summary>
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
        var range = new RangeOption("Part of the line to walk, such as -0.5:1.5 (else from one network to the other).");
        var points = new NumberOption<int>("--points") { Description = "Equally spaced points; the networks themselves are measured wherever these lie.", DefaultValueFactory = _ => LinearPath.DefaultPoints };
        var on = new ExamplesOption();
        var batchNorm = new BatchNormOptions();
        return Create(
            "path",
            "Loss and error along the straight lines between networks in files; of several files, between all pairs.\n\nExample: tombola path a.safetensors b.safetensors --data ~/data",
            fewest: 2,
            [range, points, on, .. batchNorm.All],
            (models, parsed) => Walk.Of(models, parsed.GetValue(points), range.Read(parsed), on.IsTraining(parsed)),
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
            var (store, data) = (common.OpenStore(parsed), common.OpenData(parsed));
            MeasurementRun.Carry(RunImport.Of(parsed.GetValue(folder)!, options.Read(parsed, batchNorm.Read(parsed)), data, parsed.GetValue(paths)), common, parsed, store, data, cancellation);
            return Task.FromResult(Application.Success);
        });
        return command;
    }

    public static Command Weights() => Create(
        "weights",
        "Sizes of the weights of networks in files, and where some remain, layer by layer. Needs no data.\n\nExample: tombola weights model.safetensors",
        fewest: 1,
        [],
        (models, _) => Inventory.Of(models),
        computes: false);

    private static Command Create(
        string name, string description, int fewest, IEnumerable<Option> own, Func<ModelSet, ParseResult, Measurement> measure, Func<ParseResult, Recalibration?>? recalibration = null, bool computes = true)
    {
        var common = new CommonOptions();
        var options = new ModelOptions(common, computes);
        var files = new Argument<string[]>("files") { Description = $"Model files{(fewest == 1 ? "" : $", {fewest} or more")}: safetensors, PyTorch's .pt or .pth, .npz.", Arity = new ArgumentArity(fewest, 1000) };
        var command = new Command(name, description) { files };
        foreach (var option in own.Concat(options.All)) command.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            var (store, data) = (common.OpenStore(parsed), common.OpenData(parsed));
            var models = ModelSet.Of(parsed.GetValue(files)!, options.Read(parsed, recalibration?.Invoke(parsed)), data);
            MeasurementRun.Carry(measure(models, parsed), common, parsed, store, data, cancellation);
            return Task.FromResult(Application.Success);
        });
        return command;
    }
}
