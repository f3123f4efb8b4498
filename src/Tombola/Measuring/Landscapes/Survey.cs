using System.Globalization;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Training;

namespace Tombola.Measuring;

/// <summary><c>plane</c>: loss and error on a plane in weight space.</summary>
public static class Survey
{
    /// <summary>The measurement of the plane through three networks, or of one in random directions from a network.</summary>
    /// <param name="models">The networks.</param>
    /// <param name="arguments">What is said of the plane.</param>
    /// <exception cref="SettingException">The number of networks is not what the directions need, or there are too few points.</exception>
    public static Measurement Of(ModelSet models, PlaneArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(arguments);
        return Of(models, Job(models, arguments, [.. models.Models.Select(model => model.State)]));
    }

    /// <summary>The measurement of a training's plane.</summary>
    /// <param name="models">Its states, and the network at (0, 0) after them if that is another than the last.</param>
    /// <param name="training">What the store keeps of it.</param>
    /// <param name="arguments">What is said of the plane.</param>
    /// <exception cref="SettingException">There are too few points.</exception>
    internal static Measurement Of(ModelSet models, StoredTrajectory training, PlaneArguments arguments)
    {
        var states = models.Models.Take(training.States.Count).Select(model => model.State).ToArray();
        var job = Job(models, arguments, states) with
        {
            Origin = models.Models.Skip(states.Length).FirstOrDefault()?.State,
            Mask = training.MaskFile is { } file ? new ImportMaskJob { Model = models.Network.Name, File = ForeignFile.At(file) } : null,
        };
        return Of(models, job) with { Subject = $"a training of {models.Network.Name}, {InWords.Count(states.Length, "state")}" };
    }

    private static PlaneJob Job(ModelSet models, PlaneArguments arguments, IReadOnlyList<Job> states)
    {
        SettingException.ThrowIfLessThan(arguments.Columns, 2, "The number of points across");
        SettingException.ThrowIfLessThan(arguments.Rows, 2, "The number of points up");
        var isRandom = arguments.Directions == PlaneDirections.Random;
        if (isRandom) _ = PlaneGrid.Over(arguments.Range, arguments.Columns, arguments.Rows);
        else PlaneGrid.DemandMargin(arguments.Margin);
        return new PlaneJob
        {
            Model = models.Network.Name,
            Directions = arguments.Directions,
            States = states,
            Seed = isRandom ? arguments.Seed : 0,
            Data = models.Data,
            Columns = arguments.Columns,
            Rows = arguments.Rows,
            Margin = isRandom ? 0 : arguments.Margin,
            Range = isRandom ? arguments.Range : null,
            OnTrainingSet = arguments.OnTrainingSet,
            Recalibration = models.Network.Space.StatisticsCount > 0 ? models.Arguments.Recalibration : null,
            Kernels = models.Arguments.Kernels,
        };
    }

    private static Measurement Of(ModelSet models, PlaneJob job) => new(
        "plane",
        "Where do these networks lie in the landscape of the loss?",
        models,
        [job],
        store => Conclude(models, job, store.Result(job)))
    {
        Forecast = (executor, threads) => Forecast(models, job, executor, threads),
    };

    private static string Forecast(ModelSet models, PlaneJob job, IExecutor executor, int threads)
    {
        var data = executor.Data.Load(models.Data);
        var states = models.Models.TakeLast(3).Select(model => executor.Store.State(model.State)).ToArray();
        var timer = new EvaluationTimer(models.Network, states[0], Mask.OfRemaining(states), threads, KernelNames.Parse(job.Kernels));
        var (points, networks) = (job.Columns * job.Rows, models.Models.Count);
        var (each, extra) = (timer.Evaluation(job.OnTrainingSet ? data.Train : data.Test), job.Recalibration is { } recalibration ? timer.Recalibration(recalibration, data.Train) : 0);
        return $"This takes about {InWords.Duration((points * (each + extra)) + (networks * each))} for {InWords.Whole(points)} evaluations.";
    }

    private static Measured Conclude(ModelSet models, PlaneJob job, PlaneResult plane)
    {
        var set = job.OnTrainingSet ? "training" : "test";
        SurveyedNetwork[] networks = [.. models.Models.Zip(plane.Marks, (model, mark) => new SurveyedNetwork(model.Title, mark.X, mark.Y, mark.Distance, mark.Loss, mark.Error) { Label = model.Label })];
        var words = PlaneWords.Of(job, plane, networks);
        return new Measured(
            Verdict(words, plane, networks, set),
            [
                new Table(
                    "networks",
                    $"Networks: place on the plane and distance from it; loss (nats) and error on the {set} set",
                    [new("Network"), new("x", true), new("y", true), new("Distance", true), new("Loss", true), new("Error", true)],
                    [.. networks.Select(network => (IReadOnlyList<string>)
                    [
                        network.Label, InWords.Fixed(network.X, 3), InWords.Fixed(network.Y, 3), InWords.Fixed(network.Distance, 3), InWords.Fixed(network.Loss, 4), InWords.Percent(network.Error),
                    ])]),
                new Table(
                    "points",
                    $"Loss (nats) and error at every point on the {set} set",
                    [new("x", true), new("y", true), new("Loss", true), new("Error", true)],
                    [.. plane.Points.Select(point => (IReadOnlyList<string>)[InWords.Number(point.X), InWords.Number(point.Y), InWords.Number(point.Loss), InWords.Number(point.Error)])])
                { FileOnly = true },
            ],
            [
                Picture("loss", $"Loss on the {set} set", "Loss (nats)", null, plane.Points.Select(point => point.Loss), network => network.Loss),
                Picture("error", $"Error on the {set} set", "Error", ".1%", plane.Points.Select(point => point.Error), network => network.Error),
            ],
            new SurveyedPlane(job.Directions, plane.Explained, networks, plane.X, plane.Y, plane.Points))
        {
            Choices = [.. words.Choices, BatchNorm(models, job), new Choice("Points", $"{InWords.Whole(job.Columns)} x {InWords.Whole(job.Rows)}", "Equally spaced, the edges included; the networks themselves are evaluated besides.")],
        };

        Figure Picture(string id, string title, string name, string? format, IEnumerable<double> all, Func<SurveyedNetwork, double> value)
        {
            double[] values = [.. all];
            var map = new HeatMap(plane.X, plane.Y, values, new Axis(name, Logarithmic: id == "loss" && HeatMap.IsWide(values), Format: format))
            {
                Marks = [.. networks.Select((network, i) => new MapMark(network.Label, network.X, network.Y, value(network)) { Labelled = !words.Joined || i == 0 || i == networks.Length - 1 })],
                Joined = words.Joined,
            };
            var levels = string.Join(", ", map.Levels.Select(level => id == "loss" ? InWords.Number(level) : $"{InWords.Number(Math.Round(level * 100, 6))}\u00a0%"));
            return new Figure(
                id,
                title,
                $"{title}, {words.Where}.{(map.Value.Logarithmic ? " Equal steps of colour are equal ratios." : "")}{(levels.Length > 0 ? $" Contours at {levels}{(id == "loss" ? " nats" : "")}." : "")}",
                new Axis(words.X),
                new Axis(words.Y))
            { Map = map };
        }
    }

    private static string Verdict(PlaneWords words, PlaneResult plane, SurveyedNetwork[] networks, string set)
    {
        PlanePoint[] known = [.. plane.Points.Where(point => double.IsFinite(point.Loss)).OrderBy(point => point.Loss)];
        var lost = plane.Points.Count - known.Length;
        var best = networks.MinBy(network => double.IsNaN(network.Loss) ? double.PositiveInfinity : network.Loss)!;
        var range = known.Length == 0
            ? $"None of {InWords.Whole(lost)} points {words.Where} has a finite loss on the {set} set"
            : $"Of {InWords.Whole(plane.Points.Count)} points {words.Where}, the lowest loss on the {set} set is {InWords.Fixed(known[0].Loss, 4)} at ({Digits(known[0].X)}, {Digits(known[0].Y)}) and the highest {Digits(known[^1].Loss)}{(lost > 0 ? $", and of {InWords.Whole(lost)} it is not finite" : "")}";
        return $"{range}; {(networks.Length == 1 ? "the network itself" : $"the best network, {best.File},")} has {InWords.Fixed(best.Loss, 4)}.";
    }

    private static string Digits(double number) => number.ToString("G4", CultureInfo.InvariantCulture);

    private static Choice BatchNorm(ModelSet models, PlaneJob job) => (models.Network.Space.StatisticsCount, job.Recalibration, job.Directions) switch
    {
        (0, _, _) => new Choice("Batch norm on the plane", "none", "The network has no batch norm."),
        (_, { } recalibration, _) => new Choice("Batch norm on the plane", "recalibrate", $"Running statistics are estimated anew at every point but (0, 0), from up to {InWords.Whole(recalibration.Examples)} training examples without augmentation."),
        (_, _, PlaneDirections.Random) => new Choice("Batch norm on the plane", "the network's own", "Running statistics stay as they are."),
        _ => new Choice("Batch norm on the plane", "interpolate", "Running statistics are combined with the same coefficients as the weights, and must not become negative."),
    };
}

/// <summary>What was measured on a plane.</summary>
/// <param name="Directions">How it was spanned.</param>
/// <param name="Explained">Of a training's plane: the fractions of the squared ways that lie along x and along y; else null.</param>
/// <param name="Networks">The networks.</param>
/// <param name="X">Places of the columns.</param>
/// <param name="Y">Places of the rows.</param>
/// <param name="Points">The grid, row by row from the lowest.</param>
public sealed record SurveyedPlane(
    string Directions, IReadOnlyList<double>? Explained, IReadOnlyList<SurveyedNetwork> Networks, IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<PlanePoint> Points);

/// <summary>A network on a plane, or beside it.</summary>
/// <param name="File">Its name.</param>
/// <param name="X">Of the nearest point of the plane.</param>
/// <param name="Y">Of the same.</param>
/// <param name="Distance">From that point, in weight space.</param>
/// <param name="Loss">Of the network itself, nats.</param>
/// <param name="Error">Of the network itself.</param>
public sealed record SurveyedNetwork(string File, double X, double Y, double Distance, double Loss, double Error)
{
    internal string Label { get; init; } = "";
}
