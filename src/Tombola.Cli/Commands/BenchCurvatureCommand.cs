using System.CommandLine;
using Tombola.Benchmarks;
using Tombola.Engine.Naming;
using static System.FormattableString;

namespace Tombola.Cli.Commands;

/// <summary><c>bench curvature</c>.</summary>
internal static class BenchCurvatureCommand
{
    public static Command Create()
    {
        var json = new CommonOptions().Json;
        var model = new Option<string>("--model") { Description = "Name of the model.", DefaultValueFactory = _ => "cifar_resnet_20" };
        var examples = new NumberOption<int>("--examples") { Description = "Examples in a call.", DefaultValueFactory = _ => 128 };
        var threads = new NumberOption<int>("--threads") { Description = "Threads that share the work.", DefaultValueFactory = _ => 1 };
        var density = BenchStepCommands.DensityOption();
        var command = new Command("curvature", "Time products with the Hessian beside gradients, turn by turn, on made-up images.\n\nExample: tombola bench curvature --model cifar_resnet_20 --density 0.05") { model, examples, threads, density, json };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            if (parsed.GetValue(threads) is not (>= 1 and <= 256)) throw new SettingException($"--threads is {parsed.GetValue(threads)}; it must be from 1 to 256.");
            if (parsed.GetValue(examples) is not (>= 1 and <= 65536)) throw new SettingException($"--examples is {parsed.GetValue(examples)}; it must be from 1 to 65536.");
            var result = CurvatureBenchmark.Measure(parsed.GetValue(model)!, parsed.GetValue(examples), parsed.GetValue(threads), parsed.GetValue(density));
            output.Object(result);
            output.Table(
                [("Product", false), ("Microseconds an example", true), ("Over a gradient", true)],
                [
                    ["gradient", Invariant($"{result.GradientMicroseconds:F0}"), ""],
                    ["Hessian", Invariant($"{result.HessianMicroseconds:F0}"), Invariant($"{result.HessianRatio:F2}")],
                    ["Gauss-Newton matrix", Invariant($"{result.GaussNewtonMicroseconds:F0}"), Invariant($"{result.GaussNewtonRatio:F2}")],
                    ["Hessian over all parameters", Invariant($"{result.AllMicroseconds:F0}"), Invariant($"{result.AllRatio:F2}")],
                ]);
            output.Line(Invariant($"{result.Model}, {result.Density:P1} of the weights, {result.Examples} examples, {result.Threads} thread(s); {result.ArenaBytes / 1e6:F0} MB. Medians of rounds in which each has its turn."));
            return Application.Success;
        });
        return command;
    }
}
