using System.CommandLine;
using Tombola.Benchmarks;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Training;
using static System.FormattableString;

namespace Tombola.Cli.Commands;

/// <summary><c>bench step|density|imp|evaluate|path|curvature|layers</c>.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure speed on this machine.")
    {
        BenchStepCommands.Step(), BenchStepCommands.Density(), BenchStepCommands.Imp(), Evaluate(), BenchPathCommand.Create(), BenchCurvatureCommand.Create(), Layers(),
    };

    private static Command Evaluate()
    {
        var json = new CommonOptions().Json;
        var model = new Option<string>("--model") { Description = "Name of the model.", DefaultValueFactory = _ => "cifar_resnet_20" };
        var examples = new NumberOption<int>("--examples") { Description = "Examples to evaluate.", DefaultValueFactory = _ => 10_000 };
        var threads = new NumberOption<int>("--threads") { Description = "Threads that share the work.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var command = new Command("evaluate", "Time the evaluation of made-up examples, forward only.\n\nExample: tombola bench evaluate --model cifar_resnet_20") { model, examples, threads, json };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            if (parsed.GetValue(threads) is not (>= 1 and <= 256)) throw new SettingException($"--threads is {parsed.GetValue(threads)}; it must be from 1 to 256.");
            if (parsed.GetValue(examples) is not (>= 1 and <= 10_000_000)) throw new SettingException($"--examples is {parsed.GetValue(examples)}; it must be from 1 to 10000000.");
            var result = EvaluationBenchmark.Measure(parsed.GetValue(model)!, parsed.GetValue(examples), parsed.GetValue(threads));
            output.Object(result);
            output.Table(
                [("Model", false), ("Examples", true), ("At once", true), ("Threads", true), ("ms", true), ("Samples a second", true), ("GFLOP/s", true)],
                [[
                    result.Model, Invariant($"{result.Examples}"), Invariant($"{result.Chunk}"), Invariant($"{result.Threads}"), Invariant($"{result.Milliseconds:F1}"), Invariant($"{result.SamplesPerSecond:N0}"), Invariant($"{result.Gflops:F0}"),
                ]]);
            return Application.Success;
        });
        return command;
    }

    private static Command Layers()
    {
        var json = new CommonOptions().Json;
        var model = new Option<string>("--model") { Description = "Name of the model.", DefaultValueFactory = _ => "cifar_resnet_20" };
        var batch = new NumberOption<int>("--batch") { Description = "Examples in a mini-batch.", DefaultValueFactory = _ => 128 };
        var density = BenchStepCommands.DensityOption();
        var kernels = new CommonOptions().Kernels;
        var command = new Command("layers", "Time every layer and phase of a training step on one core, beside the bound that arithmetic or a cache sets.\n\nExample: tombola bench layers --model cifar_resnet_20")
        {
            model, batch, density, kernels, json,
        };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            if (parsed.GetValue(batch) is not (>= 1 and <= 65536)) throw new SettingException($"--batch is {parsed.GetValue(batch)}; it must be from 1 to 65536.");
            var result = LayerBenchmark.Measure(parsed.GetValue(model)!, parsed.GetValue(batch), parsed.GetValue(density), KernelNames.Parse(parsed.GetValue(kernels)));
            output.Object(result);
            output.Table(
                [("Layer", false), ("Output", false), ("Phase", false), ("Kernel", false), ("ms", true), ("GFLOP/s", true), ("Of peak", true), ("MB", true), ("Bound", false), ("Of bound", true)],
                result.Rows.Select(row => (IReadOnlyList<string>)
                [
                    row.Layers, row.Output, PhaseName(row.Phase), row.Kernel, Invariant($"{row.Milliseconds:F3}"), Invariant($"{row.Gflops:F0}"), Invariant($"{row.FractionOfPeak:P0}"), Invariant($"{row.Megabytes:F1}"), row.Bound, Invariant($"{row.FractionOfBound:P0}"),
                ]));
            output.Line(Invariant($"{result.Model}, batch {result.Batch}, one thread: {result.Milliseconds:F1} ms a step. GFLOP/s count the layer's definition; 'of peak' counts what was executed."));
            output.Line(Invariant($"This core: {result.PeakGflops:F0} GFLOP/s, second-level cache {result.L2GigabytesPerSecond:F0} GB/s, shared cache {result.L3GigabytesPerSecond:F0} GB/s, memory {result.MemoryGigabytesPerSecond:F0} GB/s."));
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
}
