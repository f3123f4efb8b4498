using Tombola.Jobs;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>Pruning as much at once as keeps levels connected, beside fixed fractions: how many steps of training until the sparsest network that matches?</summary>
internal static class AdaptiveStudy
{
    private const string Name = "unmasking/adaptive";

    /// <summary>The paper saves 30 % of the computation. More levels than this part of the fixed ones take more steps than that whatever they find.</summary>
    private const double Part = 0.7;

    /// <summary>Densities that differ by less are the same: a level's count of weights is rounded.</summary>
    private const double Rounding = 1.02;

    public static Study Study { get; } = new(
        Name,
        "Does pruning as much as keeps levels connected reach the sparsest matching network with fewer steps of training than pruning a fixed fraction?",
        "Paul et al. 2023, efficient adaptive pruning (workshop version)",
        "lenet-mnist",
        Design);

    /// <summary>Steps of training until the level's solution is there: trunk, all levels, and the brief retraining of all searches.</summary>
    public static Measure<double> Steps { get; } = new("trainingSteps", (replicate, condition, _) => [StepsOf(replicate, condition)]);

    /// <summary>Fraction of the weights that remain, replicate by replicate.</summary>
    public static Measure<double> Remaining { get; } = new("remaining", (replicate, condition, _) => replicate.Mask(condition) is { } mask ? [Reading.Of(mask, result => result.Density)] : [new Reading<double>([], _ => 1)]);

    private static Reading<double> StepsOf(Replicate replicate, Condition condition)
    {
        AdaptiveLevelJob[] searches = [.. Searches(replicate, condition)];
        return new([.. searches], results => replicate.Total + (condition.Level * (replicate.Total - condition.Rewind)) + searches.Sum(search => results.Of(search).Steps));
    }

    private static IEnumerable<AdaptiveLevelJob> Searches(Replicate replicate, Condition condition) =>
        Enumerable.Range(1, condition.Level).Select(level => replicate.Mask(condition with { Level = level })).OfType<PruneJob>().Select(mask => mask.Search).OfType<AdaptiveLevelJob>();

    private static StudyDesign Design(StudyContext context)
    {
        var rule = UnmaskingChoices.Rule(context);
        var step = UnmaskingPoints.Step(context);
        var levels = context.Preset.Levels;
        StudyContext[] contexts = [context.For(context.Preset.Adaptive ? context.Request.Preset with { Adaptive = false } : context.Request.Preset), context.For(context.Request.Preset with { Name = $"{context.Preset.Name}, adaptive", Adaptive = true, OneShot = false })];
        return StudyDesign.Of(
            contexts,
            each => [Condition.Dense().Measured(), .. Conditions(each, step).Measured([Steps, Remaining], copies: 1)],
            presets =>
            {
                if (levels == 0) return new StudyOutcome("No weight was pruned.", [.. presets.SelectMany(rows => rows)], [], []);
                var chains = presets.Select(rows => new Chain(rows, rows.Of(Conditions(rows.Context, step)), LevelChain.LineOf(rows.Context.Preset, presets[0].Dense))).ToArray();
                var comparisons = Enumerable.Range(0, context.Replicates.Count).Select(replicate => new Comparison(chains[0].Sparsest(replicate), chains[1].Reaching(replicate, chains[0].Sparsest(replicate)), chains[1].Sparsest(replicate))).ToArray();
                return new StudyOutcome(
                    Verdict(comparisons, levels),
                    [.. presets.SelectMany(rows => rows)],
                    UnmaskingFindings.Of(context.Preset, Name).Claims(_ => comparisons.Any(one => one.Fixed is null) ? null : Answers.Of(comparisons.All(one => one.Part <= Part))),
                    [Error(chains), Densities(chains)])
                {
                    Table = Table(chains[1]),
                    Choices =
                    [
                        UnmaskingChoices.Step(step, context),
                        UnmaskingChoices.Matching(rule),
                        Replicate.AdaptiveChoice(contexts[1].Preset),
                        new Choice("Steps of training", "trunk, levels and searches", "From step 0 to the solution of the level; the brief retraining of fractions that were refused counts as that of the one that was taken."),
                        new Choice("Levels of adaptive pruning", InWords.Whole(AdaptiveLevels(levels)), "At most 0.7 of the fixed ones, since more would take more than 0.7 of the steps; at the density of the last fixed level nothing more is pruned."),
                        new Choice("Same density", "within 2 %", "Counts of weights are rounded at every level."),
                    ],
                };
            });
    }

    private static int AdaptiveLevels(int levels) => levels == 0 ? 0 : Math.Max(1, (int)Math.Round(Part * levels));

    private static IEnumerable<Condition> Conditions(StudyContext context, long step) =>
        Enumerable.Range(0, (context.Preset.Adaptive ? AdaptiveLevels(context.Preset.Levels) : context.Preset.Levels) + 1).Select(level => new Condition(NetworkKinds.Imp, step, level));

    /// <summary>A network and the steps until it was there.</summary>
    internal sealed record Reached(int Level, double Density, double Steps);

    /// <summary>Of one replicate: the sparsest matching network by fixed fractions, the first that is as sparse and matches by adaptive ones, and their own sparsest.</summary>
    internal sealed record Comparison(Reached? Fixed, Reached? Adaptive, Reached? OwnSparsest)
    {
        /// <summary>Steps of the adaptive ones as a part of the fixed ones'; infinite if they did not get there.</summary>
        public double Part => Fixed is null || Adaptive is null ? double.PositiveInfinity : Adaptive.Steps / Fixed.Steps;
    }

    /// <summary>The levels of one way of pruning.</summary>
    private sealed record Chain(StudyRows All, StudyRow[] Levels, double Line)
    {
        /// <summary>What matches in a replicate, densest first.</summary>
        private IEnumerable<Reached> Matching(int replicate) => Levels
            .Where(row => 1 - All.Samples(row, Measures.TestAccuracy)[replicate][0] <= Line)
            .Select(row => new Reached(row.Level, All.Samples(row, Remaining)[replicate][0], All.Samples(row, Steps)[replicate][0]));

        public Reached? Sparsest(int replicate) => Matching(replicate).OrderBy(reached => reached.Density).ThenBy(reached => reached.Steps).FirstOrDefault();

        /// <summary>The first that is as sparse as another.</summary>
        public Reached? Reaching(int replicate, Reached? other) => other is null ? null : Matching(replicate).Where(reached => reached.Density <= other.Density * Rounding).MinBy(reached => reached.Steps);
    }

    private static string Verdict(Comparison[] comparisons, int levels)
    {
        Comparison[] known = [.. comparisons.Where(one => one.Fixed is not null)], reached = [.. known.Where(one => one.Adaptive is not null)];
        if (known.Length == 0) return "No network matches the dense one by fixed fractions, so there is nothing to reach.";

        // Where even the last level matches, the sparsest is only the sparsest that was looked at.
        var isLast = known.All(one => one.Fixed!.Level == levels) ? ", the last level looked at," : ",";
        var goal = $"By fixed fractions the sparsest matching network has {InWords.Percent(known.Average(one => one.Fixed!.Density), 1)} of the weights{isLast} after {InWords.Whole((long)known.Average(one => one.Fixed!.Steps))} steps of training";
        if (reached.Length == 0)
        {
            var own = known.Select(one => one.OwnSparsest).OfType<Reached>().ToArray();
            return $"{goal}. Adaptive pruning did not reach it: {(own.Length == 0 ? "none of its networks matches" : $"its sparsest matching network has {InWords.Percent(own.Average(one => one.Density), 1)}, after {InWords.Whole((long)own.Average(one => one.Steps))} steps")}.";
        }

        var part = reached.Average(one => one.Part);
        return $"{goal}. Adaptive pruning reached it{(reached.Length < comparisons.Length ? $" in {reached.Length} of {comparisons.Length} replicates" : "")} after {InWords.Whole((long)reached.Average(one => one.Adaptive!.Steps))}, {InWords.Fixed(part, 2)} of the steps: "
            + (comparisons.All(one => one.Part <= Part) ? "at most the 0.7 that the paper's 30 % less would be." : "more than the 0.7 that the paper's 30 % less would be, or not everywhere.");
    }

    private static Figure Error(Chain[] chains) => new(
        "error-by-density",
        "Error against density",
        "Test error of the solution of every level, mean over replicates with a band of one standard deviation, against the fraction of weights that remain, its mean over replicates.",
        Axis.Density,
        new Axis("Test error", Format: ".1%"))
    {
        Series = [.. chains.Select(chain => new Series(Title(chain), [.. chain.Levels.Select(row => row.TestAccuracy.ErrorPoint(row[Remaining].Mean))]))],
        Threshold = new Threshold(chains[0].Line, "matching below"),
    };

    private static Figure Densities(Chain[] chains) => new(
        "density-by-steps",
        "Density against steps of training",
        "Fraction of the weights that remain at every level, mean over replicates with a band of one standard deviation, against the steps of training until its solution is there, searches included.",
        new Axis("Steps of training"),
        new Axis("Weights remaining", Logarithmic: true, Format: ".1%"))
    {
        Series = [.. chains.Select(chain => new Series(Title(chain), [.. chain.Levels.Select(row => row[Remaining].Point(row[Steps].Mean))]))],
    };

    private static string Title(Chain chain) => chain.All.Context.Preset.Adaptive ? "adaptive" : "fixed fraction";

    private static Table Table(Chain adaptive)
    {
        var results = adaptive.All.Results;
        return new Table(
            "adaptive-levels",
            "What adaptive pruning chose, mean over replicates",
            [new("Level", true), new("Density %", true), new("Fraction %", true), new("Tried", true), new("Connected"), new("Accuracy %", true), new("Steps", true)],
            [.. adaptive.Levels.Skip(1).Select(row =>
            {
                AdaptiveLevelResult[] found = [.. adaptive.All.Context.Replicates.Select(replicate => results.Of(Searches(replicate, row.Condition).Last()))];
                return (IReadOnlyList<string>)
                [
                    InWords.Whole(row.Level),
                    InWords.Fixed(row[Remaining].Mean * 100, 1),
                    InWords.Fixed(found.Average(one => one.Fraction) * 100, 0),
                    InWords.Fixed(found.Average(one => one.Tries.Count), 1),
                    found.All(one => one.Fraction == 0) ? "mask stays" : $"{found.Count(one => one.Connected)} of {found.Length}",
                    InWords.Fixed(row.TestAccuracy.Mean * 100, 2),
                    InWords.Whole((long)row[Steps].Mean),
                ];
            })]);
    }
}
