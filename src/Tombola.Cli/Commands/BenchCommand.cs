using System.CommandLine;
using System.Globalization;
using Tombola.Engine.Execution;
using Tombola.Training;

namespace Tombola.Cli.Commands;

/// <summary><c>bench step|evaluate|layers</c>.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure speed on this machine.") { Step(), Evaluate(), Layers() };

    private static Command Step()
    {
        var json = new CommonOptions().Json;
        var model = new Option<string>("--model") { Description = "Name of the model.", DefaultValueFactory = _ => "mnist_lenet_300_100" };
        var batch = new Option<int>("--batch") { Description = "Examples in a mini-batch.", DefaultValueFactory = _ => 60 };
        var threads = new Option<int>("--threads") { Description = "Threads that share one network.", DefaultValueFactory = _ => 1 };
        var workers = new Option<int>("--workers") { Description = "Networks trained side by side.", DefaultValueFactory = _ => 1 };
        var optimizer = new Option<string>("--optimizer") { Description = "sgd, adam or rmsprop.", DefaultValueFactory = _ => "sgd" };
        var momentum = new Option<double>("--momentum") { Description = "Momentum, for sgd and rmsprop." };
        var command = new Command("step", "Time one training step: forward, backward and update, without data loading. SGD has weight decay 1e-4.\n\nExample: tombola bench step --model mnist_lenet_300_100 --batch 60 --threads 1")
        {
            model, batch, threads, workers, optimizer, momentum, json,
        };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            if (parsed.GetValue(threads) is not (>= 1 and <= 256)) throw new ArgumentException($"--threads is {parsed.GetValue(threads)}; it must be from 1 to 256.");
            if (parsed.GetValue(workers) is not (>= 1 and <= 256)) throw new ArgumentException($"--workers is {parsed.GetValue(workers)}; it must be from 1 to 256.");
            var recipe = new Recipe { Optimizer = parsed.GetValue(optimizer)!, Batch = parsed.GetValue(batch), LearningRate = 0.001, Momentum = parsed.GetValue(momentum), WeightDecay = 1e-4, Steps = "1it" };
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

    private static Command Evaluate()
    {
        var json = new CommonOptions().Json;
        var model = new Option<string>("--model") { Description = "Name of the model.", DefaultValueFactory = _ => "cifar_resnet_20" };
        var examples = new Option<int>("--examples") { Description = "Examples to evaluate.", DefaultValueFactory = _ => 10_000 };
        var threads = new Option<int>("--threads") { Description = "Threads that share the work.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var command = new Command("evaluate", "Time the evaluation of made-up examples, forward only.\n\nExample: tombola bench evaluate --model cifar_resnet_20") { model, examples, threads, json };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            if (parsed.GetValue(threads) is not (>= 1 and <= 256)) throw new ArgumentException($"--threads is {parsed.GetValue(threads)}; it must be from 1 to 256.");
            if (parsed.GetValue(examples) is not (>= 1 and <= 10_000_000)) throw new ArgumentException($"--examples is {parsed.GetValue(examples)}; it must be from 1 to 10000000.");
            var result = EvaluationBenchmark.Measure(parsed.GetValue(model)!, parsed.GetValue(examples), parsed.GetValue(threads));
            output.Object(result);
            output.Table(
                [("Model", false), ("Examples", true), ("At once", true), ("Threads", true), ("ms", true), ("Samples a second", true), ("GFLOP/s", true)],
                [[
                    result.Model, Text($"{result.Examples}"), Text($"{result.Chunk}"), Text($"{result.Threads}"), Text($"{result.Milliseconds:F1}"), Text($"{result.SamplesPerSecond:N0}"), Text($"{result.Gflops:F0}"),
                ]]);
            return Application.Success;
        });
        return command;
    }

    private static Command Layers()
    {
        var json = new CommonOptions().Json;
        var model = new Option<string>("--model") { Description = "Name of the model.", DefaultValueFactory = _ => "cifar_resnet_20" };
        var batch = new Option<int>("--batch") { Description = "Examples in a mini-batch.", DefaultValueFactory = _ => 128 };
        var command = new Command("layers", "Time every layer and phase of a training step on one core, beside the bound that arithmetic or a cache sets.\n\nExample: tombola bench layers --model cifar_resnet_20")
        {
            model, batch, json,
        };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            if (parsed.GetValue(batch) is not (>= 1 and <= 65536)) throw new ArgumentException($"--batch is {parsed.GetValue(batch)}; it must be from 1 to 65536.");
            var result = LayerBenchmark.Measure(parsed.GetValue(model)!, parsed.GetValue(batch));
            output.Object(result);
            output.Table(
                [("Layer", false), ("Output", false), ("Phase", false), ("Kernel", false), ("ms", true), ("GFLOP/s", true), ("Of peak", true), ("MB", true), ("Bound", false), ("Of bound", true)],
                result.Rows.Select(row => (IReadOnlyList<string>)
                [
                    row.Layers, row.Output, PhaseName(row.Phase), row.Kernel, Text($"{row.Milliseconds:F3}"), Text($"{row.Gflops:F0}"), Text($"{row.FractionOfPeak:P0}"), Text($"{row.Megabytes:F1}"), row.Bound, Text($"{row.FractionOfBound:P0}"),
                ]));
            output.Line(Text($"{result.Model}, batch {result.Batch}, one thread: {result.Milliseconds:F1} ms a step. GFLOP/s count the layer's definition; 'of peak' counts what was executed."));
            output.Line(Text($"This core: {result.PeakGflops:F0} GFLOP/s, second-level cache {result.L2GigabytesPerSecond:F0} GB/s, shared cache {result.L3GigabytesPerSecond:F0} GB/s, memory {result.MemoryGigabytesPerSecond:F0} GB/s."));
            return Application.Success;
        });
        return command;
    }

    private static string PhaseName(Phase phase) => phase switch
    {
        Phase.Forward => "forward",
        Phase.InputGradient => "data gradient",
        _ => "weight gradient",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
