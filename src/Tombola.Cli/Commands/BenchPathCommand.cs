using System.CommandLine;
using Tombola.Benchmarks;
using Tombola.Engine.Naming;
using Tombola.Landscape;
using static System.FormattableString;

namespace Tombola.Cli.Commands;

/// <summary><c>bench path</c>.</summary>
internal static class BenchPathCommand
{
    public static Command Create()
    {
        var json = new CommonOptions().Json;
        var model = new Option<string>("--model") { Description = "Name of the model.", DefaultValueFactory = _ => "mnist_lenet_300_100" };
        var points = new NumberOption<int>("--points") { Description = "Points of the path, the ends included.", DefaultValueFactory = _ => LinearPath.DefaultPoints };
        var examples = new NumberOption<int>("--examples") { Description = "Images to evaluate at every point.", DefaultValueFactory = _ => 10_000 };
        var workers = new NumberOption<int>("--workers") { Description = "Threads that walk the path together.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var density = BenchStepCommands.DensityOption();
        var command = new Command("path", "Time a path between two networks on made-up images, beside plain evaluations of a network on one thread.\n\nExample: tombola bench path --model mnist_lenet_300_100")
        {
            model, points, examples, workers, density, json,
        };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            if (parsed.GetValue(points) is not (>= 2 and <= 10_000)) throw new SettingException($"--points is {parsed.GetValue(points)}; it must be from 2 to 10000.");
            if (parsed.GetValue(examples) is not (>= 1 and <= 100_000)) throw new SettingException($"--examples is {parsed.GetValue(examples)}; it must be from 1 to 100000.");
            if (parsed.GetValue(workers) is not (>= 1 and <= 256)) throw new SettingException($"--workers is {parsed.GetValue(workers)}; it must be from 1 to 256.");
            var result = PathBenchmark.Measure(parsed.GetValue(model)!, parsed.GetValue(points), parsed.GetValue(examples), parsed.GetValue(workers), parsed.GetValue(density));
            output.Object(result);
            output.Table(
                [("Model", false), ("Density", true), ("Points", true), ("Images", true), ("Workers", true), ("Evaluation, ms", true), ("Their share, ms", true), ("Path, ms", true), ("Ratio", true), ("Decoded", true)],
                [[
                    result.Model, Invariant($"{result.Density * 100:0.0##} %"), Invariant($"{result.Points}"), Invariant($"{result.Examples}"), Invariant($"{result.Workers}"), Invariant($"{result.PlainMilliseconds:F1}"),
                    Invariant($"{result.ShareMilliseconds:F1}"), Invariant($"{result.PathMilliseconds:F1}"), Invariant($"{result.Ratio:F2}"), Invariant($"{result.Decodings:0.##}"),
                ]]);
            output.Line(result.Verdict);
            return Application.Success;
        });
        return command;
    }
}
