using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>What a study's run hands to a program: the object behind <c>--json</c>.</summary>
/// <param name="Study">Name of the study.</param>
/// <param name="Preset">Name of the preset.</param>
/// <param name="Scale">Name of the scale.</param>
/// <param name="Model">Name of the network, which a small scale may change.</param>
/// <param name="Data">Name of the data set, likewise.</param>
/// <param name="DataDescription">What its files hold and whether they are the published ones; null for data that the program draws.</param>
/// <param name="BatchNorm">What becomes of batch norm's statistics on paths, <c>interpolate</c> or <c>recalibrate</c>; null for a network without batch norm.</param>
/// <param name="Kernels">The kernels for sparse networks, <c>automatic</c> or <c>dense</c>.</param>
/// <param name="SkippedArithmetic">Fraction of the multiply-adds of all training steps that sparse kernels left out.</param>
/// <param name="PrunedAway">Layers of which some mask left nothing, in words.</param>
/// <param name="Versions">Which versions of the program computed the jobs that the study reads, and how many each.</param>
/// <param name="Reproduced">Jobs of this run that another process finished meanwhile, with the same bytes.</param>
/// <param name="Seconds">Wall-clock time of this run.</param>
/// <param name="Verdict">The answer in a sentence or two.</param>
/// <param name="Report">Path of the report.</param>
/// <param name="Claims">What the paper says, and whether it came out.</param>
/// <param name="Rows">The numbers.</param>
public sealed record StudyResult(
    string Study,
    string Preset,
    string Scale,
    string Model,
    string Data,
    string? DataDescription,
    string? BatchNorm,
    string Kernels,
    double? SkippedArithmetic,
    IReadOnlyList<string> PrunedAway,
    IReadOnlyList<VersionShare> Versions,
    int Reproduced,
    double Seconds,
    string Verdict,
    string Report,
    IReadOnlyList<Claim> Claims,
    IReadOnlyList<StudyRow> Rows)
{
    /// <summary>The trained copies behind the rows, with the entries of the store that have their masks and states.</summary>
    public IReadOnlyList<TicketRow> Tickets { get; init; } = [];

    /// <summary>What a reader should know of how given files were read, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What the terminal shows of the rows, and the report begins with.</summary>
    [JsonIgnore]
    public Table Table { get; init; } = RowTable.Of(Rows);
}

/// <summary>Runs a study: computes what the store lacks, concludes, and writes the report.</summary>
internal static class StudyRunner
{
    /// <param name="study">The study.</param>
    /// <param name="request">Its setting.</param>
    /// <param name="executor">Computes the jobs into the store.</param>
    /// <param name="progress">Hears how far the jobs are.</param>
    /// <param name="cancellation">Stops soon, losing no finished job.</param>
    public static StudyResult Run(
        Study study, StudyRequest request, IExecutor executor, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(executor);
        var watch = Stopwatch.StartNew();
        var planned = Plan(study, request, new StudyContexts(executor.Data));
        var outcome = executor.Run(planned.Reads, progress, cancellation);
        return Finish(planned, executor, watch).Result with { Reproduced = outcome.Reproduced };
    }

    /// <exception cref="FileNotFoundException">The study needs what this program does not have, or its data is not there.</exception>
    /// <exception cref="ArgumentException">The study cannot do what is asked.</exception>
    internal static PlannedStudy Plan(Study study, StudyRequest request, StudyContexts contexts)
    {
        if (study.Needs is { } needs) throw new FileNotFoundException(needs);
        var context = contexts.Of(request);
        var design = study.Design(context);
        return new PlannedStudy(study, context, design, [.. design.Jobs.Concat(KernelUse.Reads(design.Jobs)).DistinctBy(job => job.Key)]);
    }

    /// <summary>Concludes from results that are in the store, and writes the report.</summary>
    internal static FinishedStudy Finish(PlannedStudy planned, IExecutor executor, Stopwatch watch)
    {
        var (store, (study, context, design, reads)) = (executor.Store, planned);

        // What is read without having been asked for may be missing some day.
        var results = store.Only(reads);
        var outcome = Said(design.Conclude(results), context.Start);
        var kernels = new KernelUse(design.Jobs, results);
        var versions = VersionShare.Of(reads.Select(results.VersionOf));
        var folder = ReportFolderOf(store, study.Name, design.Jobs.Select(job => job.Key).Concat(versions.Select(share => share.ToString())));
        var made = new Lazy<Report>(() => ReportOf(study, context, outcome, kernels, versions, watch.Elapsed, executor));
        var report = Write(store, folder, made, reads);
        var result = new StudyResult(
            study.Name,
            context.Preset.Name,
            context.Request.Scale,
            context.Preset.Model,
            context.Data.Name,
            context.DataDescription,
            BatchNormOnPaths(context)?.Value,
            KernelsOf(context),
            kernels.Skipped,
            kernels.PrunedAway,
            versions,
            0,
            watch.Elapsed.TotalSeconds,
            outcome.Verdict,
            report,
            outcome.Claims,
            [.. outcome.Rows])
        { Table = TableOf(outcome), Tickets = outcome.Tickets, Notes = outcome.Notes };
        return new FinishedStudy(result, made, reads);
    }

    /// <summary>With what was given in the place of the dense network, which verdicts call dense, and how it was read.</summary>
    private static StudyOutcome Said(StudyOutcome outcome, GivenStart start) => outcome with
    {
        Verdict = start.Sentence is { } given ? $"{outcome.Verdict} {given}" : outcome.Verdict,
        Notes = [.. start.Notes, .. outcome.Notes],
    };

    /// <summary>Writes a report, unless it is there as it should be: the same jobs make the same report.</summary>
    /// <param name="store">The store.</param>
    /// <param name="folder">The report's folder.</param>
    /// <param name="report">The report.</param>
    /// <param name="reads">The jobs that it is made of.</param>
    /// <returns>Path of the page.</returns>
    internal static string Write(Store store, string folder, Lazy<Report> report, IEnumerable<Job> reads)
    {
        if (EntryChecksums.Read(folder, out _) is { } sums && sums.Sums.ContainsKey(ReportJobs.FileName) && sums.Problem() is null)
        {
            ReportJobs.Use(folder);
        }
        else
        {
            store.Demand(ReportJobs.Folder);
            store.Writing(() =>
            {
                try
                {
                    Render();
                }
                catch (Exception refused) when (Place.IsTaken(folder) && (refused is UnauthorizedAccessException || (refused is IOException && (!Directory.Exists(folder) || Directory.GetDirectories(folder).Length > 0))))
                {
                    // Folders where files should be, a link to nowhere, no right to write: the report needs a place of its own.
                    store.SetAside(folder);
                    Render();
                }
            });
        }

        void Render() => EntryChecksums.Write(folder, [.. ReportFolder.Write(report.Value, folder), ReportJobs.Write(folder, reads)]);

        return Path.Combine(folder, ReportFolder.Page);
    }

    /// <summary>Where the report of a name goes that is made of these things.</summary>
    internal static string ReportFolderOf(Store store, string name, IEnumerable<string> madeOf)
    {
        // The version and the charts belong to the name: a report drawn by an older program, or without charts, is drawn again.
        var text = string.Join('\n', madeOf.Prepend($"{name} {ProgramVersion.Current} {HtmlReport.HasCharts}"));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return Path.Combine(store.Path, ReportJobs.Folder, $"{name.Replace('/', '-')}-{hash[..12]}");
    }

    private static Report ReportOf(Study study, StudyContext context, StudyOutcome outcome, KernelUse kernels, IReadOnlyList<VersionShare> versions, TimeSpan elapsed, IExecutor executor) => new()
    {
        Title = $"{study.Name} on {context.Preset.Name}{(context.Request.Scale == Scale.Paper ? "" : $", {context.Request.Scale}")}",
        Study = study.Name,
        Question = study.Question,
        Verdict = outcome.Verdict,
        Claims = outcome.Claims,
        Figures = outcome.Figures,
        Tables =
        [
            TableOf(outcome),
            .. outcome.Tables,
            .. RowTable.Distances(outcome.Rows) is { } distances ? new[] { distances } : [],
            RowTable.All(outcome.Rows, context.Preset.Name),
            RecordTable.Of("tickets", "Where the masks, the rewound and the trained networks are", outcome.Tickets),
            RecordTable.Of("raw", "Every sample behind the means", outcome.Samples.Select(sample => sample with { Measure = RecordTable.NameOf(sample.Measure) })),
            .. kernels.Table is { } table ? new[] { table } : [],
        ],
        Choices =
        [
            new Choice("Exempt from pruning", context.Preset.ExemptOutput ? "the output layer" : "nothing", "As OpenLTH's presets do; the exempt weights count in every density."),
            context.Preset.LevelNoise == Preset.SameNoise
                ? new Choice("Noise of IMP's levels", "the trunk's at every level", "As asked for with levelNoise=same: the authors of Paul et al. 2023 use one seed for a replicate's trunk and for all its levels.")
                : new Choice("Noise of IMP's levels", "fresh at every level", "The paper draws new SGD noise for each training run."),
            .. context.Preset.Adaptive ? new[] { Replicate.AdaptiveChoice(context.Preset) } : [],
            new Choice("Stable, matching", "95 % bootstrap interval over initialisations", "Undecided where it holds the bound: two points of barrier, 0.2 points below the dense networks of the same initialisation. A single initialisation has no interval, and its mean decides."),
            new Choice("Start of the controls", "the ticket's own step k", "Random pruning starts from the weights of step k too; random reinitialisation from new weights, trained densely to step k."),
            new Choice("Points on a path", InWords.Whole(context.Preset.Points), "The paper uses 30; 31 puts the middle on the grid."),
            .. BatchNormOnPaths(context) is { } batchNorm ? new[] { batchNorm } : [],
            .. outcome.Choices,
            .. context.Preset.Choices,
        ],
        Provenance =
        [
            new Fact("Source", study.Source),
            new Fact("Preset", $"{context.Preset.Name}: {context.Preset.Description}"),
            new Fact("Scale", $"{context.Request.Scale}, {context.Replicates.Count} replicates, {Copies(outcome.Rows)}, seed {context.Request.Seed}"),
            .. PresetFields.Of(context.Preset).Select(field => new Fact(field.Name, Convert.ToString(field.Value, CultureInfo.InvariantCulture) ?? "")).Where(fact => fact.Value.Length > 0),
            .. outcome.Notes.Select(note => new Fact("Given files", note)),
            .. context.DataDescription is { } description ? new[] { new Fact("Data files", description) } : [],
            new Fact("Kernels", $"{KernelsOf(context)}{(kernels.Skipped is { } skipped ? $": {InWords.Percent(skipped, 0)} of the arithmetic of dense training was skipped" : "")}"),
            .. kernels.PrunedAway is { Count: > 0 } layers ? new[] { new Fact("Layers pruned away", string.Join(", ", layers)) } : [],
            new Fact("Data fingerprint", context.Data.Fingerprint ?? ""),
            new Fact("Computed by", VersionShare.Sentence(versions)),
            .. FactsOfRun(elapsed, executor),
        ],
    };

    /// <summary>What was computed: "2 copies", or "1 to 3 copies" where some networks have fewer.</summary>
    private static string Copies(IReadOnlyList<StudyRow> rows)
    {
        int[] counts = [.. rows.Select(row => row.Copies).DefaultIfEmpty(0)];
        return counts.Min() == counts.Max() ? $"{counts[0]} copies of every network" : $"{counts.Min()} to {counts.Max()} copies of a network";
    }

    /// <summary>Which program, on which machine, when.</summary>
    internal static IEnumerable<Fact> FactsOfRun(TimeSpan elapsed, IExecutor executor) =>
    [
        .. RunFacts.Of(ProgramVersion.Current, executor.Description),
        new("Time of the run that wrote this", string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:F1} s, finished {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC")),
    ];

    private static Table TableOf(StudyOutcome outcome) => outcome.Table ?? RowTable.Of(outcome.Rows);

    private static string KernelsOf(StudyContext context) => context.Request.Kernels ?? KernelNames.Automatic;

    private static Choice? BatchNormOnPaths(StudyContext context) => context.HasBatchNorm ? BatchNormOnPaths(context.Request.Recalibration) : null;

    /// <summary>What becomes of running statistics between two networks.</summary>
    internal static Choice BatchNormOnPaths(Recalibration? recalibration) => recalibration is null
        ? new Choice("Batch norm on a path", "interpolate", "Running statistics are a part of the state, and interpolated like weights.")
        : new Choice(
            "Batch norm on a path",
            "recalibrate",
            string.Create(CultureInfo.InvariantCulture, $"Running statistics are estimated anew at every point between the ends, from up to {recalibration.Examples:N0} training examples without augmentation."));
}

/// <summary>A study with its jobs named.</summary>
/// <param name="Study">The study.</param>
/// <param name="Context">Its setting.</param>
/// <param name="Design">Its jobs and its conclusion.</param>
/// <param name="Reads">All jobs whose results the conclusion and the report read.</param>
internal sealed record PlannedStudy(Study Study, StudyContext Context, StudyDesign Design, IReadOnlyList<Job> Reads);

/// <summary>A study that has concluded. The report is made when somebody asks for it.</summary>
/// <param name="Result">What a program gets.</param>
/// <param name="Report">The page.</param>
/// <param name="Reads">The jobs that both are made of.</param>
internal sealed record FinishedStudy(StudyResult Result, Lazy<Report> Report, IReadOnlyList<Job> Reads);
