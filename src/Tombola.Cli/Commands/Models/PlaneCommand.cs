using System.CommandLine;
using System.Globalization;
using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Measuring;

namespace Tombola.Cli.Commands;

/// <summary><c>plane</c>: a map of the loss.</summary>
internal static class PlaneCommand
{
    private const int MostPoints = 1000;

    public static Command Create()
    {
        var common = new CommonOptions();
        var (options, batchNorm, on) = (new ModelOptions(common), new BatchNormOptions(), new ExamplesOption());
        var files = new Argument<string[]>("files") { Description = "Three model files to lay the plane through, or one with --random or --trajectory: safetensors, PyTorch's .pt or .pth, .npz.", Arity = new ArgumentArity(0, 1000) };
        var random = new Option<bool>("--random") { Description = "From one network in two random directions, each filter's part as long as the filter itself." };
        var trajectory = new Option<string?>("--trajectory") { Description = "Along the principal components of a training: the beginning of the key of one of its entries (tombola runs list). From its last state, or from the file given.", HelpName = "RUN" };
        var seed = new OptionalNumberOption<ulong>("--seed") { Description = "Seed of the random directions (else 1).", HelpName = "N" };
        var range = new RangeOption("Part of the random directions to look at (else -1:1).");
        var margin = new OptionalNumberOption<double>("--margin") { Description = "How far to look beyond the networks, as a part of their larger extent (else 0.25).", HelpName = "PART" };
        var points = new Option<string>("--points") { Description = "Points on each side, or across and up: 25 or 31x21.", DefaultValueFactory = _ => "25", HelpName = "N|NxM" };
        var command = new Command(
            "plane",
            "A map of loss and error on a plane in weight space: through three networks, from one in random directions, or along a training.\n\nExample: tombola plane a.safetensors b.safetensors c.safetensors --data ~/data")
        { files };
        foreach (var option in new Option[] { random, trajectory, seed, range, margin, points, on }.Concat(batchNorm.All).Concat(options.All)) command.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            var (names, isRandom, run) = (parsed.GetValue(files)!, parsed.GetValue(random), parsed.GetValue(trajectory));
            DemandFiles(names.Length, isRandom, run is not null);
            foreach (var unused in new Option[] { seed, range }.Where(option => !isRandom && parsed.GetResult(option) is not null)) throw new SettingException($"{unused.Name} is for --random.");
            if (isRandom && parsed.GetValue(margin) is not null) throw new SettingException("--margin is for planes through several networks; with --random say --range -1:1.");
            var (columns, rows) = ReadPoints(parsed.GetValue(points)!);
            var arguments = new PlaneArguments
            {
                Directions = isRandom ? PlaneDirections.Random : run is not null ? PlaneDirections.Trajectory : PlaneDirections.Networks,
                Seed = parsed.GetValue(seed) ?? 1,
                Columns = columns,
                Rows = rows,
                Margin = parsed.GetValue(margin) ?? PlaneArguments.DefaultMargin,
                Range = range.Read(parsed) ?? new PathRange(-1, 1),
                OnTrainingSet = on.IsTraining(parsed),
            };
            var (store, data) = (common.OpenStore(parsed), common.OpenData(parsed));
            MeasurementRun.Carry(MeasurementOf(names, run, arguments, options.Read(parsed, batchNorm.Read(parsed)), store, data), common, parsed, store, data, cancellation);
            return Task.FromResult(Application.Success);
        });
        return command;
    }

    private static Measurement MeasurementOf(string[] files, string? run, PlaneArguments arguments, ModelArguments models, Store store, DatasetCache data)
    {
        if (run is null) return Survey.Of(ModelSet.Of(files, models, data), arguments);
        if (models.Model is not null) throw new SettingException("--model is for files; a training says of which network it is.");
        var training = StoredTrajectory.Of(store, run);
        return Survey.Of(ModelSet.Of(training, files.FirstOrDefault(), models, data), training, arguments);
    }

    private static void DemandFiles(int count, bool isRandom, bool isTrajectory)
    {
        if (isRandom && isTrajectory) throw new SettingException("--random and --trajectory are two ways to choose directions. Give one of them.");
        if (isTrajectory && count > 1) throw new SettingException($"--trajectory takes the network at (0, 0) or none, and {count} {(count == 1 ? "was" : "were")} given.");
        if (isRandom && count != 1) throw new SettingException($"--random is for one network, and {count} {(count == 1 ? "was" : "were")} given.");
        if (!isRandom && !isTrajectory && count != 3) throw new SettingException($"A plane goes through three networks, and {count} {(count == 1 ? "was" : "were")} given. For one network there is --random, for a training --trajectory.");
    }

    private static (int Columns, int Rows) ReadPoints(string text)
    {
        int[] numbers = [.. text.Split('x').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 2 and <= MostPoints ? number : 0)];
        return numbers switch
        {
            [> 0 and var both] => (both, both),
            [> 0 and var columns, > 0 and var rows] => (columns, rows),
            _ => throw new SettingException($"--points is '{text}'; it must be one number or two with an x between, such as 25 or 31x21, each from 2 to {MostPoints}."),
        };
    }
}
