using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>Copies from the masked rewind point, and from near it: how far may one move it before SGD ends elsewhere?</summary>
internal static class PerturbationStudy
{
    private const string Name = "unmasking/perturbation";

    /// <summary>Levels, and steps k, at the paper's scale and below it.</summary>
    private const int MostLevels = 5, MostSteps = 3, FewLevels = 3;

    private static readonly double[] Scales = [0.25, 0.5, 1, 2, 4];

    public static Study Study { get; } = new(
        Name,
        "Is SGD from the masked rewind point robust to perturbations as long as the way to the rewind point of the next level, and is that where levels are connected?",
        "Paul et al. 2023, robustness of SGD to perturbations",
        "lenet-mnist",
        Design);

    /// <summary>Barrier to the copy from a perturbed start with the same SGD noise, against the length of the perturbation.</summary>
    public static Measure<IReadOnlyList<SeriesPoint>> SameNoise { get; } = new("perturbedSameNoise", (replicate, condition, _) => [Curve(replicate, condition, 0)]);

    /// <summary>Barrier to a copy from a perturbed start with other SGD noise; at length 0 the start is not perturbed.</summary>
    public static Measure<IReadOnlyList<SeriesPoint>> OtherNoise { get; } = new("perturbedOtherNoise", (replicate, condition, _) => [Curve(replicate, condition, 1)]);

    /// <summary>Barrier after a perturbation as long as the next pruning, with the same noise.</summary>
    public static Measure<double> AtOne { get; } = Measure.OfReplicates("perturbedOnce", (replicate, condition) => Path(replicate, condition, 1, 0), path => path.Barrier.Height);

    /// <summary>Barrier between the solutions of the level and of the next.</summary>
    public static Measure<double> NextBarrier { get; } = Measure.OfReplicates(
        "nextBarrier", (replicate, condition) => SuccessiveLevels.Path(replicate, condition with { Level = condition.Level + 1 }), path => path.Barrier.Height);

    /// <summary>Length of a perturbation of scale 1 as a part of the norm of the masked rewind point.</summary>
    public static Measure<double> RelativeLength { get; } = Measure.OfReplicates("relativeLength", (replicate, condition) => replicate.Perturbed(condition, 1), result => result.Length / result.Norm);

    /// <summary>Loss of the masked rewind point on the training set, as it is when training begins.</summary>
    public static Measure<double> MaskedLoss { get; } = Measure.OfReplicates(
        "maskedLoss", (replicate, condition) => replicate.Evaluate(condition, replicate.Projection(replicate.StartOf(condition), replicate.Mask(condition)), onTrainingSet: true), result => result.Loss);

    private static Reading<IReadOnlyList<SeriesPoint>> Curve(Replicate replicate, Condition condition, int copy)
    {
        (double Scale, PathJob Path)[] paths = [.. (copy == 0 ? Scales : Scales.Prepend(0)).Select(scale => (scale, Path(replicate, condition, scale, copy)))];
        return new([.. paths.Select(one => one.Path)], results => [.. paths.Select(one => new SeriesPoint(one.Scale, results.Of(one.Path).Barrier.Height))]);
    }

    /// <summary>From the first copy to one with the noise of some copy, from a perturbed start.</summary>
    private static PathJob Path(Replicate replicate, Condition condition, double scale, int copy)
    {
        var other = replicate.Copy(condition, copy);
        return replicate.Path(condition, replicate.Copy(condition, 0), scale == 0 ? other : other with { Start = replicate.Perturbed(condition, scale) });
    }

    private static StudyDesign Design(StudyContext context)
    {
        var (levels, steps) = (Levels(context), Steps(context));
        Condition[] all = [.. from step in steps from level in Enumerable.Range(0, context.Preset.Levels) select new Condition(NetworkKinds.Imp, step, level)];
        Condition[] perturbed = [.. all.Where(condition => levels.Contains(condition.Level))];
        return StudyDesign.Of(
            context,
            all.Length == 0
                ? [Condition.Dense().Measured(copies: 1)]
                : all.Select(condition => condition.Measured(perturbed.Contains(condition) ? [MaskedLoss, RelativeLength, AtOne, NextBarrier, SameNoise, OtherNoise] : [MaskedLoss], copies: 1)),
            rows =>
            {
                if (all.Length == 0) return new StudyOutcome("No weight was pruned.", rows, [], []);
                StudyRow[] moved = rows.Of(perturbed);
                var table = new ConnectionTable("robust", "connected to the next level", [.. moved.Select(row => new ConnectedPair($"k = {InWords.Whole(row.StartStep)}, level {InWords.Whole(row.Level)}", IsLow(row, AtOne), IsLow(row, NextBarrier)))]);
                var chance = Math.Log(Engine.Networks.Architectures.Create(context.Preset.Model).Classes);
                return new StudyOutcome(
                    Verdict(rows, moved, table, chance),
                    rows,
                    UnmaskingFindings.Of(context.Preset, Name).Claims(property => property == UnmaskingFindings.RobustWhereConnected ? table.Together : AboveChance(rows, chance), InWords.Fixed(chance, 2)),
                    [Barriers(rows, moved), Loss(rows, chance)])
                {
                    Table = Table(moved),
                    Tables = [table.Table],
                    Choices =
                    [
                        new Choice("Length of a perturbation", $"{string.Join(", ", Scales.Select(InWords.Number))} times the norm of W_k over the weights pruned next", "One time is what the paper speaks of, the way between the masked rewind points of two levels; the others are ours."),
                        new Choice("Direction", "Gaussian, the same for all lengths", "Among the prunable weights that remain at the denser level; biases and batch norm stay. Every replicate and level has a direction of its own."),
                        new Choice("Robust", "barrier below two points", "Between the first copy and one from the perturbed start with the same SGD noise, at one time the length."),
                        new Choice("Levels and steps k", $"levels {string.Join(", ", levels)}; steps {string.Join(", ", steps)}", "Each takes eleven trainings more; the loss of the masked rewind point is measured at every level."),
                        UnmaskingChoices.Connected,
                    ],
                };
            });
    }

    private static int[] Levels(StudyContext context) => EvenlySpaced.Of([.. Enumerable.Range(0, context.Preset.Levels)], context.Preset.RewindFractions is null ? MostLevels : FewLevels);

    // Steps that a person asks for are all taken.
    private static long[] Steps(StudyContext context) => UnmaskingPoints.Steps(context) is var steps && context.Request.Steps is null ? EvenlySpaced.Of(steps, MostSteps) : steps;

    private static bool IsLow(StudyRow row, Measure<double> measure) => row[measure].Mean < ErrorBarrier.StabilityThreshold;

    private static string Verdict(StudyRows rows, StudyRow[] moved, ConnectionTable table, double chance)
    {
        var highest = rows.MaxBy(row => row[MaskedLoss].Mean)!;
        return $"{table.Sentence} One time the length is {InWords.Percent(moved.Min(row => row[RelativeLength].Mean), 0)} to {InWords.Percent(moved.Max(row => row[RelativeLength].Mean), 0)} of the norm of the masked rewind point. "
            + $"Its training loss is highest, {InWords.Fixed(highest[MaskedLoss].Mean, 2)}, at level {InWords.Whole(highest.Level)} for k = {InWords.Whole(highest.StartStep)}; chance is {InWords.Fixed(chance, 2)}.";
    }

    private static Answer? AboveChance(StudyRows rows, double chance)
    {
        StudyRow[] later = [.. rows.Where(row => row is { Level: >= 2, StartStep: > 0 })];
        return later.Length == 0 ? null : Answers.Of(later.All(row => row[MaskedLoss].Mean > chance));
    }

    private static Figure Barriers(StudyRows rows, StudyRow[] moved) => new(
        "barrier-by-length",
        "Barrier against the length of the perturbation",
        "Error barrier on the test set between a copy from the masked rewind point and one from it and a random direction, against the length of the perturbation in norms of the weights that are pruned next, with the same SGD noise and with other noise (at 0: the start not perturbed); mean over replicates with a band of one standard deviation.",
        new Axis("Length of the perturbation"),
        new Axis("Error barrier", Format: ".1%"))
    {
        Panels = [.. moved.Select(row => new Panel(
            $"k = {InWords.Whole(row.StartStep)}, level {InWords.Whole(row.Level)}",
            [new Series("same noise", rows.Curve(row, SameNoise)), new Series("other noise", rows.Curve(row, OtherNoise))]))],
        Threshold = new Threshold(ErrorBarrier.StabilityThreshold, "2 %"),
    };

    private static Figure Loss(StudyRows rows, double chance) => new(
        "masked-loss",
        "Training loss of the masked rewind point",
        "Mean cross-entropy over the training set, without augmentation and with batch norm in evaluation mode, of W_k under the mask of a level, before it is trained; mean over replicates with a band of one standard deviation.",
        new Axis("Level"),
        new Axis("Training loss, nats"))
    {
        Series =
        [
            .. rows.GroupBy(row => row.StartStep).Select(step => new Series($"k = {InWords.Whole(step.Key)}", [.. step.Select(row => row[MaskedLoss].Point(row.Level))])),
            new Series("chance", [new SeriesPoint(0, chance)]) { Reference = true },
        ],
    };

    private static Table Table(StudyRow[] moved) => new(
        "perturbations",
        "Barriers after a perturbation as long as the next pruning, mean over replicates",
        [new("k", true), new("Level", true), new("Density %", true), new("Length / norm %", true), new("Barrier %", true), new("To next level %", true), new("Masked loss", true)],
        [.. moved.Select(row => (IReadOnlyList<string>)
        [
            InWords.Whole(row.StartStep),
            InWords.Whole(row.Level),
            InWords.Fixed(row.Density * 100, 1),
            InWords.Fixed(row[RelativeLength].Mean * 100, 1),
            InWords.Fixed(row[AtOne].Mean * 100, 2),
            InWords.Fixed(row[NextBarrier].Mean * 100, 2),
            InWords.Fixed(row[MaskedLoss].Mean, 3),
        ])]);
}
