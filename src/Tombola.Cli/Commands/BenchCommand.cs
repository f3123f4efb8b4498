using System.CommandLine;
using System.Globalization;
using Tombola.Training;

namespace Tombola.Cli.Commands;

/// <summary><c>bench step</c>.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure speed on this machine.") { Step() };

    private static Command Step()
    {
        var json = new CommonOptions().Json;
        var model = new Option<string>("--model") { Description = "Name of the model.", DefaultValueFactory = _ => "mnist_lenet_300_100" };
        var batch = new Option<int>("--batch") { Description = "Examples in a mini-batch.", DefaultValueFactory = _ => 60 };
        var threads = new Option<int>("--threads") { Description = "Threads that share one network.", DefaultValueFactory = _ => 1 };
        var workers = new Option<int>("--workers") { Description = "Networks trained side by side.", DefaultValueFactory = _ => 1 };
        var optimizer = new Option<string>("--optimizer") { Description = "sgd, adam or rmsprop.", DefaultValueFactory = _ => "sgd" };
        var command = new Command("step", "Time one training step: forward, backward and update, without data loading. SGD has weight decay 1e-4.\n\nExample: tombola bench step --model mnist_lenet_300_100 --batch 60 --threads 1")
        {
            model, batch, threads, workers, optimizer, json,
        };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            if (parsed.GetValue(threads) is not (>= 1 and <= 256)) throw new ArgumentException($"--threads is {parsed.GetValue(threads)}; it must be from 1 to 256.");
            if (parsed.GetValue(workers) is not (>= 1 and <= 256)) throw new ArgumentException($"--workers is {parsed.GetValue(workers)}; it must be from 1 to 256.");
            var recipe = new Recipe { Optimizer = parsed.GetValue(optimizer)!, Batch = parsed.GetValue(batch), LearningRate = 0.001, WeightDecay = 1e-4, Steps = "1it" };
            var result = StepBenchmark.Measure(parsed.GetValue(model)!, recipe, parsed.GetValue(threads), parsed.GetValue(workers));
            output.Object(result);
            output.Table(
                [("Model", false), ("Batch", true), ("Threads", true), ("Workers", true), ("Optimiser", false), ("ms a step", true), ("Samples a second", true), ("GFLOP/s", true), ("Of peak", true), ("Arena MB", true)],
                [[
                    result.Model, Text($"{result.Batch}"), Text($"{result.Threads}"), Text($"{result.Workers}"), result.Optimizer, Text($"{result.MsPerStep:F4}"), Text($"{result.SamplesPerSecond:N0}"),
                    Text($"{result.Gflops:F0}"), Text($"{result.FractionOfPeak:P0}"), Text($"{result.ArenaBytes / 1e6:F1}"),
                ]]);
            return Application.Success;
        });
        return command;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
