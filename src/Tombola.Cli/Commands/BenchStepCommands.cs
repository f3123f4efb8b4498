using System.CommandLine;
using Tombola.Benchmarks;
using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Tombola.Training;
using static System.FormattableString;

namespace Tombola.Cli.Commands;

/// <summary><c>bench step|density|imp</c>: training steps, dense and under masks.</summary>
internal static class BenchStepCommands
{
    private const int MostLevels = 100;

    public static Command Step()
    {
        var json = new CommonOptions().Json;
        var options = new StepOptions("mnist_lenet_300_100", 60);
        var density = DensityOption();
        var kernels = new CommonOptions().Kernels;
        var command = new Command("step", "Time one training step: forward, backward and update, without data loading. SGD has weight decay 1e-4.\n\nExample: tombola bench step --model mnist_lenet_300_100 --batch 60 --threads 1");
        foreach (var option in options.All.Concat([density, kernels, json])) command.Add(option);
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            var result = StepBenchmark.Measure(options.Read(parsed), parsed.GetValue(density), KernelNames.Parse(parsed.GetValue(kernels)), options.Seconds(parsed));
            output.Object(result);
            output.Table(
                [
                    ("Model", false), ("Batch", true), ("Threads", true), ("Workers", true), ("Density", true), ("Kernels", false), ("Optimiser", false), ("ms a step", true), ("Samples a second", true),
                    ("GFLOP/s", true), ("Of peak", true), ("Arena MB", true),
                ],
                [[
                    result.Model, Invariant($"{result.Batch}"), Invariant($"{result.Threads}"), Invariant($"{result.Workers}"), Percent(result.Density), result.Kernels, result.Optimizer, Invariant($"{result.MsPerStep:F4}"),
                    Invariant($"{result.SamplesPerSecond:N0}"), Invariant($"{result.Gflops:F0}"), Invariant($"{result.FractionOfPeak:P0}"), Invariant($"{result.ArenaBytes / 1e6:F1}"),
                ]]);
            return Application.Success;
        });
        return command;
    }

    /// <summary>How much the benchmark mask leaves.</summary>
    public static NumberOption<double> DensityOption() =>
        new("--density") { Description = "Fraction of the weights that remain, under a mask from iterative pruning.", DefaultValueFactory = _ => 1, HelpName = "D" };

    public static Command Density()
    {
        var json = new CommonOptions().Json;
        var options = new StepOptions("cifar_resnet_20", 128);
        var page = new PathOption("--out") { Description = "Where to draw charts: a file that ends in .html, or a folder for a page and CSV files.", HelpName = "PATH" };
        var command = new Command("density", "Time training steps from dense to 1 % of the weights, beside dense kernels under the same masks.\n\nExample: tombola bench density --model cifar_resnet_20 --out density.html");
        foreach (var option in options.All.Concat([page, json])) command.Add(option);
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            var path = PageOrFolder(parsed.GetValue(page));
            var (setting, seconds) = (options.Read(parsed), options.Seconds(parsed));
            setting.Recipe.Validate();
            BenchmarkMasks.Of(Architectures.Create(setting.Model), DensityBenchmark.Densities[^1]);

            // After all that may be wrong with the command, and before minutes are spent on measuring.
            if (path is not null && !IsPage(path)) GivenPlace.Writing(path, () => Directory.CreateDirectory(path));
            var result = DensityBenchmark.Measure(setting, DensityBenchmark.Densities, seconds);
            output.Object(result);
            var table = DensityReport.Table(result);
            output.Table(table.Columns.Select(column => (column.Title, column.Numeric)), table.Rows);
            output.Line(DensityReport.Verdict(result));
            output.Line(path is null ? "For charts, add --out density.html." : $"Charts: {Write(DensityReport.Of(result), path)}");
            return Application.Success;
        });
        return command;
    }

    public static Command Imp()
    {
        var json = new CommonOptions().Json;
        var options = new StepOptions("cifar_resnet_20", 128);
        var levels = new NumberOption<int>("--levels") { Description = "Levels of pruning after the dense network.", DefaultValueFactory = _ => 20, HelpName = "N" };
        var fraction = new NumberOption<double>("--fraction") { Description = "Fraction of the remaining weights that each level removes.", DefaultValueFactory = _ => 0.2, HelpName = "F" };
        var command = new Command("imp", "Predict what the trainings of iterative pruning cost, beside dense kernels under the same masks, from steps timed at a few densities.\n\nExample: tombola bench imp --model cifar_resnet_20 --levels 20");
        foreach (var option in options.All.Concat([levels, fraction, json])) command.Add(option);
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            if (parsed.GetValue(levels) is not (>= 0 and <= MostLevels)) throw new SettingException($"--levels is {parsed.GetValue(levels)}; it must be from 0 to {MostLevels}.");
            if (parsed.GetValue(fraction) is not (> 0 and < 1)) throw new SettingException(Invariant($"--fraction is {parsed.GetValue(fraction)}; it must be above 0 and below 1."));
            var result = PruningRunBenchmark.Measure(options.Read(parsed), parsed.GetValue(levels), parsed.GetValue(fraction), options.Seconds(parsed));
            output.Object(result);
            output.Table(
                [("Level", true), ("Density", true), ("ms a step", true), ("Dense kernels, ms", true), ("Ratio", true)],
                result.Levels.Select(level => (IReadOnlyList<string>)[Invariant($"{level.Level}"), Percent(level.Density), Invariant($"{level.MsPerStep:F3}"), Invariant($"{level.DenseMsPerStep:F3}"), Invariant($"{level.MsPerStep / level.DenseMsPerStep:F2}")]));
            output.Line(result.Verdict);
            return Application.Success;
        });
        return command;
    }

    /// <summary>The full path, if something could be written there.</summary>
    private static string? PageOrFolder(string? path)
    {
        if (path is null) return null;
        if (string.IsNullOrWhiteSpace(path)) throw new SettingException("--out is empty; name a file that ends in .html, or a folder.");
        var full = Path.GetFullPath(path);
        if (IsPage(full) && !Directory.Exists(Path.GetDirectoryName(full))) throw new SettingException($"--out is {path}, but there is no folder {Path.GetDirectoryName(full)}.");
        return full;
    }

    private static string Write(Report report, string path)
    {
        var page = path;
        GivenPlace.Writing(path, () => page = IsPage(path) ? ReportFolder.WritePage(report, path) : Path.Combine(path, ReportFolder.Write(report, path)[^1]));
        return page;
    }

    private static bool IsPage(string path) => path.EndsWith(".html", StringComparison.OrdinalIgnoreCase);

    private static string Percent(double density) => Invariant($"{density * 100:0.0##} %");
}
