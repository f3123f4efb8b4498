using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>A question to networks: the jobs that answer it, and what to make of their results.</summary>
/// <param name="Name">Such as <c>lmc/fig3</c>.</param>
/// <param name="Question">What it asks, in a sentence.</param>
/// <param name="Source">The paper's figure or table, or where the study comes from.</param>
/// <param name="DefaultPreset">Name of the preset it runs with unless told otherwise.</param>
/// <param name="Design">Jobs and conclusion for a request.</param>
public sealed record Study(string Name, string Question, string Source, string DefaultPreset, Func<StudyContext, StudyDesign> Design)
{
    /// <summary>What the study needs that this program does not have, in a sentence; null for a study that runs.</summary>
    public string? Needs { get; init; }
}

/// <summary>The jobs of a study, and the conclusion from their results.</summary>
/// <param name="Jobs">Whose results the conclusion reads.</param>
/// <param name="Conclude">Reads the finished jobs from a store.</param>
public sealed record StudyDesign(IReadOnlyList<Job> Jobs, Func<Store, StudyOutcome> Conclude)
{
    /// <summary>A study of rows.</summary>
    /// <param name="context">The request.</param>
    /// <param name="asked">Conditions with what to measure of each. The first dense network is the one that later ones should match.</param>
    /// <param name="conclude">Makes of the rows, which come in the same order, what the study found.</param>
    public static StudyDesign Of(StudyContext context, IEnumerable<MeasuredCondition> asked, Func<StudyRows, StudyOutcome> conclude) =>
        Of([(context, [.. asked], null)], rows => conclude(rows[0]));

    /// <summary>The same for several presets: rows name theirs, and match the dense network of their own.</summary>
    public static StudyDesign Of(IEnumerable<StudyContext> contexts, Func<StudyContext, IEnumerable<MeasuredCondition>> asked, Func<IReadOnlyList<StudyRows>, StudyOutcome> conclude) =>
        Of([.. contexts.Select(context => (context, asked(context).ToArray(), context.Preset.Name))], conclude);

    private static StudyDesign Of((StudyContext Context, MeasuredCondition[] Asked, string? Name)[] presets, Func<IReadOnlyList<StudyRows>, StudyOutcome> conclude) => new(
        [.. presets.SelectMany(preset => preset.Asked.SelectMany(asked => StudyRows.Jobs(preset.Context, asked))).DistinctBy(job => job.Key)],
        store =>
        {
            var results = new Results(store);
            StudyRows[] rows = [.. presets.Select(preset => new StudyRows(preset.Context, preset.Asked, results, preset.Name))];
            return conclude(rows) with { Tickets = [.. rows.SelectMany(each => each.Tickets())], Samples = [.. rows.SelectMany(each => each.RawSamples())] };
        });
}

/// <summary>What a study found.</summary>
/// <param name="Verdict">The answer in a sentence or two.</param>
/// <param name="Rows">The numbers behind it.</param>
/// <param name="Claims">What the paper says, and whether it came out.</param>
/// <param name="Figures">The pictures.</param>
public sealed record StudyOutcome(string Verdict, IReadOnlyList<StudyRow> Rows, IReadOnlyList<Claim> Claims, IReadOnlyList<Figure> Figures)
{
    /// <summary>What the terminal shows and the report begins with, where the usual table of rows says less.</summary>
    public Table? Table { get; init; }

    /// <summary>Further tables for the report.</summary>
    internal IReadOnlyList<Table> Tables { get; init; } = [];

    /// <summary>The trained copies behind the rows, with the entries that have them; a study of rows has them by itself.</summary>
    public IReadOnlyList<TicketRow> Tickets { get; init; } = [];

    /// <summary>The numbers behind the means, likewise.</summary>
    internal IReadOnlyList<RawSample> Samples { get; init; } = [];

    /// <summary>What a reader should know of how files were read, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What a reader should know of this study, for the report: its open choices.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];
}
