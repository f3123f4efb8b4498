using Tombola.Jobs;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>The jobs of a study, what of them is done, and how long the rest will take on this machine.</summary>
/// <param name="Study">Name of the study.</param>
/// <param name="Jobs">Jobs by kind.</param>
/// <param name="SecondsLeft">Estimate from a timed training step; null where the data is missing.</param>
/// <param name="NeedsData">What is missing before the jobs can be named, or null.</param>
public sealed record Forecast(string Study, IReadOnlyList<JobCount> Jobs, double? SecondsLeft, string? NeedsData)
{
    public static Forecast Of(Study study, StudyRequest request, Store store, DatasetCache data, int workers)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(request);
        StudyContext context;
        try
        {
            context = new StudyContext(request, data);
        }
        catch (FileNotFoundException missing)
        {
            return new Forecast(study.Name, [], null, missing.Message);
        }

        var all = Job.WithInputs(study.Design(context).Jobs);
        var stored = all.Where(store.Contains).Select(job => job.Key).ToHashSet();
        var left = all.Where(job => !stored.Contains(job.Key)).Sum(job => job.Cost);
        var recipe = request.Preset.Recipe;
        var step = StepBenchmark.Measure(new StepSetting(request.Preset.Model, recipe), secondsPerRun: 0.05);

        // A job's cost counts multiply-adds of a step in the same way for every job, so one step gives the rate of all.
        var perStep = Engine.Networks.Architectures.Create(request.Preset.Model).Flops * 1.5 * recipe.Batch;
        var counts = all.GroupBy(job => job.Kind).Select(kind => new JobCount(kind.Key, kind.Count(), kind.Count(job => stored.Contains(job.Key))));
        return new Forecast(study.Name, [.. counts], left / perStep * step.MsPerStep / 1e3 / Math.Min(workers, Environment.ProcessorCount), null);
    }
}

/// <param name="Kind">Kind of job.</param>
/// <param name="Total">How many the study needs.</param>
/// <param name="Stored">How many of them the store has.</param>
public sealed record JobCount(string Kind, int Total, int Stored);
