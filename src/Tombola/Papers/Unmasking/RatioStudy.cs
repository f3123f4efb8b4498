using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>The largest fraction that can be pruned at once: as the landscape's shape foretells it, and as it is (Larsen et al. 2022; Paul et al. 2023).</summary>
internal static class RatioStudy
{
    private const string Name = "unmasking/ratio";

    /// <summary>Part of the weights within which a measured fraction is the foretold one.</summary>
    private const double Near = 0.1;

    public static Study Study { get; } = new(
        Name,
        "What fraction of the weights can be pruned at once, and does the curvature of the loss foretell it?",
        "Paul et al. 2023, largest prunable fraction",
        "lenet-mnist",
        Design);

    /// <summary>Training loss of a solution.</summary>
    public static Measure<double> TrainLoss { get; } = Measure.OfCopies("trainLoss", (replicate, condition, copy) => replicate.Evaluate(condition, replicate.Copy(condition, copy), onTrainingSet: true), result => result.Loss);

    private static Measure<PrunedWay> Magnitude { get; } = Ways(PrunedFraction.Magnitude);

    private static Measure<PrunedWay> Random { get; } = Ways(PrunedFraction.Random);

    private static Measure<SpectrumResult> Spectra { get; } = new("spectrum", (replicate, condition, _) => [Reading.Of(replicate.Spectrum(condition), result => result)]);

    private static Measure<PrunedWay> Ways(string way) => new(way + "Pruned", (replicate, condition, _) =>
    {
        PrunedFraction[] all = [.. PrunedFraction.Fractions.Select(fraction => new PrunedFraction(way, fraction))];
        var jobs = all.Select(pruned => (pruned.Fraction, Loss: pruned.Loss(replicate, condition), Flatness: pruned.Flatness(replicate, condition))).ToArray();

        var spectrum = replicate.Spectrum(condition);
        return [new Reading<PrunedWay>(
            [spectrum, .. jobs.SelectMany(job => new Job[] { job.Loss, job.Flatness })],
            results =>
            {
                (double Fraction, double Distance, double Curvature, double Loss)[] points =
                    [.. jobs.Select(job => (job.Fraction, results.Of(job.Flatness).Distance, results.Of(job.Flatness).Curvature, results.Of(job.Loss).Loss))];
                return new PrunedWay(way, points, results.Of(spectrum).Norm);
            })];
    });

    private static StudyDesign Design(StudyContext context)
    {
        var step = UnmaskingPoints.Step(context);
        var half = context.Preset.StudiedLevel / 2;
        Condition[] conditions = [Condition.Dense(step), .. half > 0 && half <= context.Preset.Levels ? [new Condition(NetworkKinds.Imp, step, half)] : Array.Empty<Condition>()];
        if (context.Replicates.Count * context.Request.Copies < 2)
        {
            throw new SettingException("How much the training loss may rise is taken from its deviation over dense networks, and there is only one. Give --replicates 2 or more, or --copies 2.");
        }

        return StudyDesign.Of(
            context,
            [
                conditions[0].Measured([TrainLoss, Spectra, Magnitude, Random]),
                .. conditions.Skip(1).Measured([TrainLoss, Spectra, Magnitude, Random], copies: 1),
            ],
            rows =>
            {
                var eps = rows[0][TrainLoss].Sd!.Value;
                RatioResult[] results = [.. rows.Select(row => RatioResult.Of(rows, row, eps, Spectra, Magnitude, Random))];
                return new StudyOutcome(
                    string.Join(' ', results.Select(result => result.Verdict)),
                    rows,
                    UnmaskingFindings.Of(context.Preset, Name).Claims(property => Has(property, results)),
                    [Plane(results), Losses(results, eps)])
                {
                    Table = Table(results),
                    Choices =
                    [
                        UnmaskingChoices.Step(step, context),
                        new Choice("Form of the bound", "both", "Which one the paper prints is not known. point: a random subspace through a point at distance R; projection: the orthogonal projection that pruning is."),
                        new Choice("eps", FormattableString.Invariant($"{eps:G3} nats"), "Standard deviation of the training loss over the dense networks. A fraction can be pruned if retraining leads within it of the solution's own training loss."),
                        new Choice("Retraining", "from the rewinding step under the mask", "Weights are rewound; the solution is pruned once by each fraction."),
                        .. SpectrumFigures.Choices(new CurvatureSettings(), CurvatureJobs.SpendingOf(context.Preset), rows.Results.Of(context.Replicates[0].Spectrum(conditions[0])).Examples),
                    ],
                };
            });
    }

    private static Answer? Has(string property, RatioResult[] results) => property switch
    {
        UnmaskingFindings.RandomMeetsBound => Answers.Of(results.All(result => Math.Abs(result.Random.Measured - result.Random.Projection) <= Near)),
        UnmaskingFindings.MagnitudeBeatsRandom => Answers.Of(results.All(result => result.Magnitude.Measured > result.Random.Measured)),
        _ => Answers.Of(results.All(result => result.Flatness < 1)),
    };

    private static Figure Plane(RatioResult[] results) => new(
        "prunable-fraction",
        "Distance and fraction",
        "How far pruning a fraction moves the weights (R), by magnitude and at random, and the largest fraction that two forms of the bound allow at that distance; markers: the largest fraction after which retraining led within eps. First replicate's curves, mean measured fractions.",
        new Axis("Distance R that pruning moves the weights"),
        new Axis("Fraction pruned", Format: ".0%"))
    {
        Panels = [.. results.Select(result => new Panel(result.Title,
        [
            new Series("by magnitude", [.. result.Magnitude.Path]),
            new Series("at random", [.. result.Random.Path]),
            new Series("bound, form point", [.. result.Bound(PrunableFraction.Point)]),
            new Series("bound, form projection", [.. result.Bound(PrunableFraction.Projection)]),
            new Series("measured, by magnitude", [result.Magnitude.Mark]) { Scattered = true },
            new Series("measured, at random", [result.Random.Mark]) { Scattered = true },
        ]))],
    };

    private static Figure Losses(RatioResult[] results, double eps) => new(
        "loss-by-fraction",
        "Training loss after pruning once and retraining",
        FormattableString.Invariant($"Mean training loss of networks pruned once by a fraction of their remaining weights and retrained, less that of the solution; it may rise by eps = {eps:G3} nats. Mean over replicates."),
        new Axis("Fraction pruned", Format: ".0%"),
        new Axis("Rise of the training loss (nats)"))
    {
        Panels = [.. results.Select(result => new Panel(result.Title,
        [
            new Series("by magnitude", [.. result.Magnitude.Rises.Select(point => new SeriesPoint(point.Fraction, point.Rise))]),
            new Series("at random", [.. result.Random.Rises.Select(point => new SeriesPoint(point.Fraction, point.Rise))]),
        ]))],
        Threshold = new Threshold(eps, "eps"),
    };

    private static Table Table(RatioResult[] results) => new(
        "fractions",
        "Largest prunable fraction, foretold and measured, mean over replicates; and the curvature along pruned weights over the average",
        [new("Solution"), new("Pruning"), new("Form point %", true), new("Form proj. %", true), new("Measured %", true), new("Curvature", true)],
        [.. from result in results
            from way in new[] { result.Magnitude, result.Random }
            select (IReadOnlyList<string>)
            [
                result.Title,
                way.Way,
                InWords.Fixed(way.Point * 100, 1),
                InWords.Fixed(way.Projection * 100, 1),
                $"{(way.ReachesEnd ? "over " : "")}{InWords.Fixed(way.Measured * 100, 1)}",
                InWords.Fixed(way.Flatness, 3),
            ]]);
}
