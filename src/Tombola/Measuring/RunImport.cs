using Tombola.Data;
using Tombola.Interchange;
using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Measuring;

/// <summary><c>import</c>: the levels of a run of OpenLTH become entries of the store, and are measured here beside what was logged there.</summary>
public static class RunImport
{
    /// <summary>OpenLTH scales MNIST's pixels by these; those of CIFAR-10 by what is usual here too.</summary>
    private const string MnistPixels = "pixels=0.1307:0.3081";

    /// <summary>The measurement of a run.</summary>
    /// <param name="folder">The folder <c>lottery_HASH</c>, or one of its replicates.</param>
    /// <param name="arguments">What is said of its networks; the rest is what the run says.</param>
    /// <param name="cache">The data sets.</param>
    /// <param name="paths">Walk the straight lines from each level to the next as well.</param>
    /// <exception cref="InvalidDataException">The folder is no run, or a file does not fit.</exception>
    public static Measurement Of(string folder, ModelArguments arguments, DatasetCache cache, bool paths = false)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var run = OpenLthRun.Read(folder);
        var meant = arguments with { Model = arguments.Model ?? run.Settings.GetValueOrDefault("model_name"), Set = [.. SettingsOf(run), .. arguments.Set] };
        var first = ModelSet.Of([run.Levels[0].End], meant, cache);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        ImportedLevel[] levels = [.. run.Levels.Select(level => ImportedLevel.Of(level, name, first.Network, meant.ByOrder))];
        var models = new ModelSet(meant, first.Preset, first.Network, cache, [.. levels.Select(level => level.End)]);
        (ImportedLevel Level, EvaluateJob Test)[] asked = [.. levels.Select(level => (level, Evaluation.Job(models, level.End, onTrainingSet: false)))];
        var lines = paths ? levels.Zip(levels.Skip(1)).Where(pair => pair.First.Source.Replicate == pair.Second.Source.Replicate).ToDictionary(pair => pair.Second.Place, pair => Walk.Job(models, pair.First.End, pair.Second.End)) : [];
        return new Measurement(
            "import",
            "Do the levels of this run classify here as they did there, and how far down do tickets match?",
            models,
            [.. levels.SelectMany(level => new Job[] { level.Mask, level.Start }), .. asked.Select(one => one.Test), .. lines.Values],
            store => Conclude([.. asked.Select(one => MeasuredLevel.Of(one.Level, store.Result(one.Level.Mask), store.Result(one.Test), lines.TryGetValue(one.Level.Place, out var path) ? store.Result(path) : null))]))
        { Subject = name };
    }

    private static IEnumerable<string> SettingsOf(OpenLthRun run) => run.Settings.GetValueOrDefault("dataset_name") is not { } data ? [] : data == "mnist" ? ["data=mnist", MnistPixels] : [$"data={data}"];

    private static Measured Conclude(MeasuredLevel[] levels)
    {
        var dense = levels[0];
        var apart = levels.Where(level => level.LoggedAccuracy is { } logged && Math.Abs(logged - level.Accuracy) > 5e-5).ToArray();
        var known = levels.Count(level => level.LoggedAccuracy is not null);
        var matching = levels.LastOrDefault(level => level.Replicate == dense.Replicate && level.Accuracy >= dense.Accuracy - Studies.StudyRows.MatchingTolerance) ?? dense;
        var verdict = $"{InWords.Count(levels.Length, "level")} imported. "
            + (known == 0 ? "The run logged no accuracy. " : apart.Length == 0 ? $"The accuracy of {(known == levels.Length ? "every level" : InWords.Count(known, "level"))} is the one that was logged. "
                : $"{InWords.Count(apart.Length, "level differs", "levels differ")} from the accuracy that was logged, by up to {InWords.Points(apart.Max(level => Math.Abs(level.LoggedAccuracy!.Value - level.Accuracy)))}: other pixels, or another data set? ")
            + $"Tickets match down to level {matching.Level}, {InWords.Percent(matching.Density, 1)} of the weights: {InWords.Percent(matching.Accuracy)} against {InWords.Percent(dense.Accuracy)} dense.";
        var replicates = levels.Select(level => level.Replicate).Distinct().Count() > 1;
        var walked = levels.Any(level => level.Barrier is not null);
        return new Measured(
            verdict,
            [
                new Table(
                    "levels",
                    "Every level of the run: accuracy on the test set as it was logged and as it is here" + (walked ? ", and the error barrier in points to the level before" : ""),
                    [.. replicates ? new TableColumn[] { new("Replicate", true) } : [], new("Level", true), new("Density", true), new("k", true), new("Logged", true), new("Here", true), .. walked ? new TableColumn[] { new("Barrier", true) } : []],
                    [.. levels.Select(level => (IReadOnlyList<string>)
                    [
                        .. replicates ? new[] { InWords.Whole(level.Replicate) } : [], InWords.Whole(level.Level), InWords.Percent(level.Density, 2), InWords.Whole(level.StartStep), level.LoggedAccuracy is { } logged ? InWords.Percent(logged) : "",
                        InWords.Percent(level.Accuracy), .. walked ? new[] { level.Barrier is { } barrier ? InWords.Fixed(100 * barrier, 2) : "" } : [],
                    ])]),
                new Table(
                    "entries",
                    "Keys of the entries in the store",
                    [new("Replicate", true), new("Level", true), new("Mask"), new("Start"), new("End")],
                    [.. levels.Select(level => (IReadOnlyList<string>)[InWords.Whole(level.Replicate), InWords.Whole(level.Level), level.Mask, level.Start, level.End])]) { FileOnly = true },
            ],
            [
                new Figure("accuracy-by-density", "Test accuracy against density", "Accuracy on the test set at the end of training, level by level, as measured here and as logged by the run.", Axis.Density, new Axis("Test accuracy", Format: ".1%"))
                {
                    Series =
                    [
                        .. levels.GroupBy(level => level.Replicate).Select(group => new Series(replicates ? $"replicate {group.Key}" : "here", [.. group.Select(level => new SeriesPoint(level.Density, level.Accuracy))])),
                        .. levels.Where(level => level.LoggedAccuracy is not null).GroupBy(level => level.Replicate).Select(group => new Series(replicates ? $"replicate {group.Key}, logged" : "logged", [.. group.Select(level => new SeriesPoint(level.Density, level.LoggedAccuracy!.Value))])),
                    ],
                },
            ],
            levels);
    }
}
