using Tombola.Reporting;
using Tombola.Reporting.Published;

namespace Tombola.Studies;

/// <summary>Figures against the step k, with the published points of the same figure beside ours.</summary>
internal static class StepFigure
{
    /// <summary>The curves of the paper's figures, under the names that ours have.</summary>
    private static readonly Dictionary<string, string> Titles = new()
    {
        ["IMP"] = NetworkKinds.Imp.Title,
        ["IMP train"] = NetworkKinds.Imp.Title,
        ["random prune"] = NetworkKinds.RandomPruning.Title,
        ["random reinit"] = NetworkKinds.RandomReinitialisation.Title,
    };

    public static Axis Step { get; } = new("Step k", Logarithmic: true);

    /// <summary>The name of a row's line: dense, or the kind of network.</summary>
    public static string Title(StudyRow row) => row.Level == 0 ? "dense" : NetworkKinds.TitleOf(row.Mask);

    /// <summary>One of our lines.</summary>
    public static Series Line(string name, IEnumerable<StudyRow> rows, Func<StudyRow, SampleStatistic?> value) =>
        new(name, [.. rows.Where(row => value(row) is not null).Select(row => Measurement.Point(row.Rewind, value(row)!))]);

    /// <summary>A line for every kind of network.</summary>
    public static IEnumerable<Series> Lines(IEnumerable<StudyRow> rows, Func<StudyRow, SampleStatistic?> value) => rows.GroupBy(Title).Select(group => Line(group.Key, group, value));

    /// <summary>The published lines of a figure for the preset's network and variant; none where the paper shows none.</summary>
    public static IReadOnlyList<Series> Published(StudyContext context, string figure) => context.Preset.Published is not { } setting
        ? []
        : [.. PublishedPoints.Figure(figure, setting.Network, setting.Variant).GroupBy(point => point.Curve).Select(group => PublishedPoints.AsSeries(Titles.GetValueOrDefault(group.Key, group.Key), group))];

    /// <summary>Where the published points come from; null if there are none.</summary>
    public static string? Source(StudyContext context, string figure) =>
        Published(context, figure).Count > 0 ? $"Frankle et al. 2020, figure {figure[^1]} (read off the plot)" : null;

    /// <summary>Test error at the end of training, with the dense network's as a line.</summary>
    public static Figure ErrorAgainstStep(StudyContext context, IReadOnlyList<StudyRow> rows, string figure)
    {
        var dense = rows.FirstOrDefault(row => row is { Level: 0, Rewind: 0 });
        return new Figure(
            "error-by-step",
            "Test error against k",
            "Test error of the copies at the end of training, mean over copies and replicates with a band of one standard deviation.",
            Step,
            new Axis("Test error", Format: ".1%"))
        {
            Series =
            [
                .. rows.Where(row => row != dense).GroupBy(Title).Select(group => new Series(group.Key, [.. group.Select(row => Measurement.Error(row.Rewind, row.TestAccuracy))])),
                .. dense is null ? Array.Empty<Series>() : [new Series("dense", [new SeriesPoint(0, 1 - dense.TestAccuracy.Mean)]) { Reference = true }],
                .. Published(context, figure),
            ],
            Source = Source(context, figure),
        };
    }

    /// <summary>The paths between copies, one panel for every step k.</summary>
    public static Figure Paths(StudyContext context, Jobs.Store store, IEnumerable<Probe> probes)
    {
        var measurement = new Measurement(context);
        return new Figure(
            "paths",
            "Paths between the copies",
            "Test error along the straight line from one copy (0) to the other (1), mean over pairs and replicates with a band of one standard deviation, for each step k that they share.",
            new Axis("Place on the line"),
            new Axis("Test error", Format: ".1%"))
        {
            Panels = [.. probes.GroupBy(probe => probe.Condition.Rewind).OrderBy(group => group.Key).Select(group => new Panel(
                FormattableString.Invariant($"k = {group.Key}"),
                [.. group.Select(probe => new Series(probe.Condition.Level == 0 ? "dense" : probe.Condition.Kind.Title, measurement.MeanPath(store, probe)))]))],
        };
    }
}
