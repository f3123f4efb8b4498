using System.Diagnostics;
using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Presets;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>What a run of several studies hands to a program: the object behind <c>--json</c>.</summary>
/// <param name="Paper">The name they were asked by, such as <c>lmc</c>.</param>
/// <param name="Report">Path of the report of all.</param>
/// <param name="Seconds">Wall-clock time of this run.</param>
/// <param name="Studies">The studies; <see cref="StudyResult.Seconds"/> is the time that the jobs of a study took, zero if all were in the store. A job that several studies need is in the time of each.</param>
/// <param name="NotRun">Studies that need what this program does not have, or a job that failed.</param>
/// <param name="Failures">Jobs that failed.</param>
internal sealed record PaperResult(string Paper, string Report, double Seconds, IReadOnlyList<StudyResult> Studies, IReadOnlyList<StudyNotRun> NotRun, IReadOnlyList<JobFailure> Failures);

/// <param name="Study">Name of the study.</param>
/// <param name="Needs">What it needs, in a sentence.</param>
internal sealed record StudyNotRun(string Study, string Needs);

/// <summary>Runs several studies as one: the jobs of all together, each once; then every study's report, and one of the whole.</summary>
internal static class PaperRunner
{
    /// <summary>The name that stands for every study.</summary>
    public const string Every = "all";

    /// <param name="paper">The name they are asked by.</param>
    /// <param name="studies">The studies.</param>
    /// <param name="request">The setting of each that can run.</param>
    /// <param name="executor">Computes the jobs into the store.</param>
    /// <param name="progress">Hears how far the jobs of all are.</param>
    /// <param name="cancellation">Stops soon, losing no finished job.</param>
    /// <exception cref="FileNotFoundException">The data of a study is not there; the message names the study.</exception>
    /// <exception cref="ArgumentException">A study cannot do what is asked; the message names it.</exception>
    public static PaperResult Run(
        string paper, IEnumerable<Study> studies, Func<Study, StudyRequest> request, IExecutor executor, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(executor);
        var watch = Stopwatch.StartNew();
        var asked = studies.ToLookup(study => study.Needs is null);
        var contexts = new StudyContexts(executor.Data);
        PlannedStudy[] planned = [.. asked[true].Select(study => Plan(study, request(study), contexts))];
        var outcome = executor.Try(planned.SelectMany(study => study.Reads), progress, cancellation);
        var whole = planned.ToLookup(study => !study.Reads.Any(job => outcome.Lacking.Contains(job.Key)));
        StudyNotRun[] notRun =
        [
            .. asked[false].Select(study => new StudyNotRun(study.Name, study.Needs!)),
            .. whole[false].Select(study => new StudyNotRun(study.Study.Name, "A job that it needs failed or was not started any more; the failures say why.")),
        ];
        if (!whole[true].Any() && outcome.Failures.Count > 0) throw new JobsFailedException(outcome.Failures);
        var finished = whole[true].Select(study => (Plan: study, Finished: StudyRunner.Finish(study, executor, watch))).ToArray();
        StudyResult[] results = [.. finished.Select(study => study.Finished.Result with { Seconds = Job.WithInputs(study.Plan.Design.Jobs).Sum(job => outcome.Seconds.GetValueOrDefault(job.Key)) })];
        return new PaperResult(paper, Write(paper, [.. finished.Select(study => study.Finished)], notRun, watch, executor), watch.Elapsed.TotalSeconds, results, notRun, outcome.Failures);
    }

    private static PlannedStudy Plan(Study study, StudyRequest request, StudyContexts contexts)
    {
        try
        {
            return StudyRunner.Plan(study, request, contexts);
        }
        catch (SettingException unsuitable)
        {
            throw new SettingException($"{study.Name} on {request.Preset.Name}: {unsuitable.Message}", unsuitable);
        }
        catch (FileNotFoundException missing)
        {
            throw new FileNotFoundException($"{study.Name} on {request.Preset.Name}: {missing.Message}", missing);
        }
    }

    private static string Write(string paper, FinishedStudy[] studies, StudyNotRun[] notRun, Stopwatch watch, IExecutor executor)
    {
        var folder = StudyRunner.ReportFolderOf(executor.Store, paper, studies.Select(study => FolderOf(study.Result)).Concat(notRun.Select(study => study.Study)));
        return StudyRunner.Write(executor.Store, folder, new Lazy<Report>(() => ReportOf(paper, studies, notRun, watch.Elapsed, executor)), studies.SelectMany(study => study.Reads));
    }

    private static Report ReportOf(string paper, FinishedStudy[] studies, StudyNotRun[] notRun, TimeSpan elapsed, IExecutor executor)
    {
        StudyResult[] results = [.. studies.Select(study => study.Result)];
        var scales = results.Select(result => result.Scale).Where(scale => scale != Scale.Paper).Distinct();
        return new Report
        {
            Title = string.Join(", ", scales.Prepend(paper == PaperRunner.Every ? "All studies" : $"The studies of {paper}")),
            Study = paper,
            Question = "What do the studies find, and which of the papers' claims come out here?",
            Verdict = ClaimCounts.Sentence([.. results.SelectMany(result => result.Claims)]),
            Tables =
            [
                new Table(
                    "studies",
                    "What each study found",
                    [new("Study"), new("Preset"), new("Claims"), new("Verdict")],
                    [.. results.Select(result => (IReadOnlyList<string>)[result.Study, result.Preset, ClaimCounts.Signs(result.Claims), result.Verdict])]),
                .. notRun.Length == 0 ? Array.Empty<Table>() :
                    [new Table("not-run", "Studies that were not run", [new("Study"), new("Needs")], [.. notRun.Select(study => (IReadOnlyList<string>)[study.Study, study.Needs])])],
            ],
            Parts = [.. studies.Select(study => new ReportPart(study.Result.Study.Replace('/', '-'), $"../{FolderOf(study.Result)}/index.html", study.Report.Value))],
            Provenance = [.. StudyRunner.FactsOfRun(elapsed, executor)],
        };
    }

    private static string FolderOf(StudyResult result) => Path.GetFileName(Path.GetDirectoryName(result.Report)!);
}
