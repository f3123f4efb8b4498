using Tombola.Data;
using Tombola.Jobs;
using Tombola.Presets;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>Forecasts studies on this machine. What they have in common is done once: a step of a network is timed, a data set is read, a job is named.</summary>
/// <param name="store">Says what is done already; null where nothing is.</param>
/// <param name="data">The data sets.</param>
/// <param name="workers">Jobs at once.</param>
internal sealed class Forecaster(Store? store, DatasetCache data, int workers)
{
    private const double SecondsToTime = 0.05;

    private readonly StudyContexts _contexts = new(data);
    private readonly Dictionary<(string Study, StudyRequest Request), Named> _named = [];
    private readonly Dictionary<(string Model, int Batch, string Optimizer), double> _steps = [];
    private readonly Dictionary<string, bool> _stored = [];

    /// <exception cref="ArgumentException">The study cannot do what is asked.</exception>
    public Forecast Of(Study study, StudyRequest request)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(request);
        return Sum(study.Name, [Name(study, request)]);
    }

    /// <summary>Several studies as one; those whose jobs cannot be named are left out.</summary>
    /// <exception cref="ArgumentException">A study cannot do what is asked.</exception>
    public Forecast Of(string name, IEnumerable<(Study Study, StudyRequest Request)> studies) =>
        Sum(name, [.. studies.Select(asked => Name(asked.Study, asked.Request)).Where(named => named.Needs is null)]);

    private Forecast Sum(string name, IReadOnlyList<Named> studies)
    {
        if (studies is [{ Needs: { } needs }]) return Forecast.Missing(name, needs);
        var all = studies.SelectMany(study => study.Jobs.Select(job => (Job: job, study.SecondsPerCost))).DistinctBy(entry => entry.Job.Key).ToArray();
        var costs = Trajectories.Costs([.. all.Select(entry => entry.Job)]);
        var jobs = all.Select(entry => (entry.Job, Seconds: costs[entry.Job.Key] * entry.SecondsPerCost)).ToArray();
        var counts = jobs.GroupBy(entry => entry.Job.Kind).Select(kind => new JobCount(kind.Key, kind.Count(), kind.Count(entry => IsStored(entry.Job))));
        return new Forecast(name, [.. counts], jobs.Sum(entry => entry.Seconds), jobs.Where(entry => !IsStored(entry.Job)).Sum(entry => entry.Seconds), null);
    }

    private Named Name(Study study, StudyRequest request)
    {
        if (_named.TryGetValue((study.Name, request), out var known)) return known;
        return _named[(study.Name, request)] = Find();

        Named Find()
        {
            if (study.Needs is not null) return new Named([], 0, study.Needs);
            try
            {
                var all = Job.WithInputs(study.Design(_contexts.Of(request)).Jobs);
                return new Named(all, SecondsPerCost(_contexts.Of(request).Preset), null);
            }
            catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException or InvalidDataException)
            {
                return new Named([], 0, missing.Message);
            }
        }
    }

    /// <summary>A job's cost counts multiply-adds of a step in the same way for every job, so one step gives the rate of all.</summary>
    private double SecondsPerCost(Preset preset)
    {
        var recipe = preset.Recipe;
        var setting = (preset.Model, recipe.Batch, recipe.Optimizer);
        if (!_steps.TryGetValue(setting, out var step)) step = _steps[setting] = StepTimer.Estimate(new StepSetting(preset.Model, recipe), SecondsToTime);
        return step / (Arithmetic.Training(preset.Model) * recipe.Batch) / Math.Min(workers, Environment.ProcessorCount);
    }

    private bool IsStored(Job job) => _stored.TryGetValue(job.Key, out var known) ? known : _stored[job.Key] = store?.HasEntry(job) == true;

    private sealed record Named(IReadOnlyCollection<Job> Jobs, double SecondsPerCost, string? Needs);
}
