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
    /// <summary>A study of rows: measures the probes, and concludes from their rows, which come in the same order.</summary>
    /// <param name="context">The request.</param>
    /// <param name="probes">What to measure. The first dense network among them is the one to match.</param>
    /// <param name="conclude">Reads rows, and from the store what is not in them.</param>
    /// <param name="others">Jobs whose results the conclusion reads besides.</param>
    public static StudyDesign Of(StudyContext context, IReadOnlyList<Probe> probes, Func<Store, IReadOnlyList<StudyRow>, StudyOutcome> conclude, IEnumerable<Job>? others = null)
    {
        var part = new Part(context, probes);
        return new StudyDesign([.. part.Jobs.Concat(others ?? []).DistinctBy(job => job.Key)], store => conclude(store, [.. part.Rows(store)]));
    }

    /// <summary>The same for several presets: rows come preset by preset and name it, and match the dense network of their own.</summary>
    internal static StudyDesign Of(IReadOnlyList<StudyContext> contexts, Func<StudyContext, IReadOnlyList<Probe>> probes, Func<IReadOnlyList<StudyRow>, StudyOutcome> conclude)
    {
        Part[] parts = [.. contexts.Select(context => new Part(context, probes(context)))];
        return new StudyDesign(
            [.. parts.SelectMany(part => part.Jobs).DistinctBy(job => job.Key)],
            store => conclude([.. parts.Zip(contexts).SelectMany(both => both.First.Rows(store).Select(row => row with { Preset = both.Second.Preset.Name }))]));
    }

    /// <summary>The probes of one preset.</summary>
    private sealed class Part(StudyContext context, IReadOnlyList<Probe> probes)
    {
        private readonly Measurement _measurement = new(context);
        private readonly Probe? _dense = probes.FirstOrDefault(probe => probe.Condition.Level == 0);

        public IEnumerable<Job> Jobs => probes.SelectMany(_measurement.Jobs);

        public IEnumerable<StudyRow> Rows(Store store) => probes.Select(probe => _measurement.Row(store, probe, probe.Condition.Level == 0 ? null : _dense));
    }
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

    /// <summary>What a reader should know of this study, for the report: its open choices.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];
}
