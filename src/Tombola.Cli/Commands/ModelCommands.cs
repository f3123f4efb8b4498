using System.CommandLine;
using System.Globalization;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Tombola.Reporting;
using Tombola.Training;

namespace Tombola.Cli.Commands;

/// <summary><c>models list|show</c>.</summary>
internal static class ModelCommands
{
    public static Command Create() => new("models", "Architectures: list them, show one.") { List(), Show() };

    private static Command List()
    {
        var json = new CommonOptions().Json;
        var command = new Command("list", "The families of models, by OpenLTH's names.\n\nExample: tombola models list") { json };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            output.Object(Architectures.All.Select(family => new { family.Pattern, family.Example, family.Description }));
            output.Table([("Name", false), ("Example", false), ("What it is", false)], Architectures.All.Select(family => (IReadOnlyList<string>)[family.Pattern, family.Example, family.Description]), wrapped: "What it is", "Example");
            return Application.Success;
        });
        return command;
    }

    private static Command Show()
    {
        var json = new CommonOptions().Json;
        var name = new Argument<string>("name") { Description = "Name of the model, such as mnist_lenet_300_100." };
        var batch = new NumberOption<int>("--batch") { Description = "Batch for which a plan's memory is given.", DefaultValueFactory = _ => 60 };
        var mask = new PathOption("--mask") { Description = "A mask (safetensors, PyTorch's .pt or .pth, .npz): show with which kernels its plan computes each layer.", HelpName = "FILE" };
        var kernels = new CommonOptions().Kernels;
        var command = new Command("show", "Layers, shapes, parameters and arithmetic of a model; under a mask, what is computed sparsely.\n\nExample: tombola models show mnist_lenet_300_100") { name, batch, mask, kernels, json };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            var network = Architectures.Create(parsed.GetValue(name)!);
            if (parsed.GetValue(batch) is not (>= 1 and <= 65536)) throw new SettingException($"--batch is {parsed.GetValue(batch)}; it must be from 1 to 65536.");
            var pruned = parsed.GetValue(mask) is { } file ? ReadMask(file, network) : null;
            using var plan = Backends.Cpu.Compile(new PlanRequest(network, parsed.GetValue(batch)) { Mask = pruned, Training = true, Kernels = KernelNames.Parse(parsed.GetValue(kernels)) });
            var size = PackedSize.Of(pruned ?? Mask.Full(network.Space));
            output.Object(new
            {
                network.Name,
                Input = network.Input.ToString(),
                Layers = network.Layers.Select(layer => new { layer.Name, layer.Kind, Output = layer.Output.ToString(), Parameters = CountOf(layer), layer.Flops }),
                Parameters = network.Space.Parameters.Select(parameter => new { parameter.Name, parameter.Shape, parameter.Count, parameter.Prunable, Remaining = pruned?.CountIn(parameter) ?? parameter.Count }),
                Weights = network.Space.Count,
                Prunable = network.Space.PrunableCount,
                network.Flops,
                plan.Batch,
                plan.ArenaBytes,
                Density = pruned?.Density ?? 1,
                DenseBytes = size.Dense,
                PackedBytes = size.Packed,
                plan.StoredWeights,
                plan.SkippedArithmetic,
                Passes = plan.Describe().Select(pass => new { pass.Layers, Output = pass.Output.ToString(), pass.Forward, pass.InputGradient, pass.WeightGradient }),
            });
            output.Table(
                [("Layer", false), ("Kind", false), ("Output", false), ("Parameters", true), ("Operations", true)],
                network.Layers.Select(layer => (IReadOnlyList<string>)
                [
                    layer.Name, layer.Kind, layer.Output.ToString(), CountOf(layer).ToString("N0", CultureInfo.InvariantCulture), layer.Flops.ToString("N0", CultureInfo.InvariantCulture),
                ]));
            output.Table(
                [("Parameter", false), ("Shape", false), ("Weights", true), ("Remaining", true), ("Prunable", false)],
                network.Space.Parameters.Select(parameter => (IReadOnlyList<string>)
                [
                    parameter.Name, $"[{string.Join(", ", parameter.Shape)}]", Number(parameter.Count), Number(pruned?.CountIn(parameter) ?? parameter.Count), parameter.Prunable ? "yes" : "no",
                ]));
            output.Table(
                [("Pass", false), ("Forward", false), ("Data gradient", false), ("Weight gradient", false)],
                plan.Describe().Select(pass => (IReadOnlyList<string>)[pass.Layers, pass.Forward, pass.InputGradient ?? "-", pass.WeightGradient ?? "-"]));
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{network.Name}: input {network.Input}, {network.Space.Count:N0} weights, {network.Space.PrunableCount:N0} of them prunable, {network.Flops:N0} operations forward for one example."));
            output.Line(string.Create(CultureInfo.InvariantCulture, $"Plan for batch {plan.Batch}: {plan.ArenaBytes / 1e6:F1} MB."));
            if (pruned is not null)
            {
                var away = network.Space.Prunable.Where(parameter => pruned.CountIn(parameter) == 0).Select(parameter => parameter.Name).ToArray();
                if (away.Length > 0) output.Line($"Pruned away entirely: {string.Join(", ", away)}.");
                output.Line(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{pruned.Remaining:N0} weights remain, {pruned.Density:P2}; the plan stores {plan.StoredWeights:N0} and skips {plan.SkippedArithmetic:P0} of the arithmetic of a dense step."));
                output.Line($"Its numbers take {InWords.Grouped(size.Dense)} bytes with every zero, {InWords.Grouped(size.Packed)} packed (see tombola export --format packed).");
            }

            return Application.Success;
        });
        return command;
    }

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static long CountOf(Layer layer) => layer.Parameters.Sum(parameter => parameter.Shape.Aggregate(1L, (product, n) => product * n));

    private static Mask ReadMask(string path, Network network)
    {
        using var file = ModelFiles.Open(path);
        return StateReader.ReadMask(file, network);
    }
}
