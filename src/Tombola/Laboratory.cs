using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Measuring;
using Tombola.Papers;
using Tombola.Studies;
using Tombola.Training;

namespace Tombola;

/// <summary>The door of the library: a store of results, data sets, and what can be asked of them.</summary>
/// <remarks>
/// Whatever is asked is a job with a key. What the store has is answered from it, and the rest is computed and kept, so that a program that runs twice computes once.
/// Several threads may ask at once, though a <see cref="Studies.Replicate"/> belongs to one at a time, and several programs may share a store.
/// </remarks>
public sealed class Laboratory
{
    private Laboratory(IExecutor executor) => Executor = executor;

    /// <summary>Where results are and go.</summary>
    public Store Store => Executor.Store;

    /// <summary>The data sets, loaded once.</summary>
    public DatasetCache Data => Executor.Data;

    /// <summary>Computes jobs.</summary>
    public IExecutor Executor { get; }

    /// <summary>Hears about ten times a second how far jobs are.</summary>
    public IProgress<JobProgress>? Progress { get; init; }

    /// <summary>Opens a laboratory.</summary>
    /// <param name="store">Folder of results; null for <c>TOMBOLA_STORE</c>, else the user's own.</param>
    /// <param name="data">Folder of data sets, or one archive; null for <c>TOMBOLA_DATA</c>, else the user's own.</param>
    /// <param name="workers">Jobs at once on this machine; null for as many as there are cores. An executor of your own has its own.</param>
    /// <param name="progress">Hears how far jobs are.</param>
    /// <param name="executor">Makes what computes jobs, where that is not this machine.</param>
    /// <exception cref="SettingException">There is less than one worker.</exception>
    public static Laboratory Open(
        string? store = null, string? data = null, int? workers = null, IProgress<JobProgress>? progress = null, Func<Store, DatasetCache, IExecutor>? executor = null)
    {
        var (results, sets) = (new Store(Store.Locate(store)), new DatasetCache(DataFolder.Resolve(data)));
        return new Laboratory(executor?.Invoke(results, sets) ?? new LocalExecutor(results, sets, workers ?? Environment.ProcessorCount)) { Progress = progress };
    }

    /// <summary>The result of a job, computed first with everything it needs if the store lacks it.</summary>
    /// <exception cref="JobsFailedException">It failed, or something that it needs.</exception>
    /// <exception cref="JobsStoppedException">The run was cancelled; what was finished is kept.</exception>
    public TResult Result<TResult>(Job<TResult> job, CancellationToken cancellation = default)
        where TResult : notnull
    {
        ArgumentNullException.ThrowIfNull(job);
        Compute([job], cancellation);
        return Store.Result(job);
    }

    /// <summary>Computes what the store lacks of several jobs, side by side.</summary>
    /// <exception cref="JobsFailedException">Some failed; the others are in the store.</exception>
    /// <exception cref="JobsStoppedException">The run was cancelled; what was finished is kept.</exception>
    public void Compute(IEnumerable<Job> jobs, CancellationToken cancellation = default) => Executor.Run(jobs, Progress, cancellation);

    /// <summary>Weights and statistics that a job left.</summary>
    public NetworkState State(Job job, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        Compute([job], cancellation);
        return Store.State(job);
    }

    /// <summary>Runs a study, and writes its report.</summary>
    /// <param name="study">Its name.</param>
    /// <param name="arguments">What is asked of it; null for its own setting.</param>
    /// <param name="cancellation">Stops soon, losing no finished job.</param>
    /// <exception cref="SettingException">There is no such study, or what is asked cannot be.</exception>
    public StudyResult Run(string study, RequestArguments? arguments = null, CancellationToken cancellation = default) => Run(StudyCatalogue.Find(study), arguments, cancellation);

    /// <inheritdoc cref="Run(string, RequestArguments, CancellationToken)"/>
    public StudyResult Run(Study study, RequestArguments? arguments = null, CancellationToken cancellation = default) =>
        StudyRunner.Run(study, (arguments ?? new RequestArguments()).For(study), Executor, Progress, cancellation);

    /// <summary>The jobs of a setting: initial weights, copies of networks, masks, paths, each by what it is.</summary>
    /// <param name="preset">Name of a preset.</param>
    /// <param name="arguments">What is to be different from the preset.</param>
    /// <param name="replicate">Number of the replicate, from 0: each has an initialisation and noise of its own.</param>
    /// <exception cref="SettingException">What is asked cannot be.</exception>
    public Replicate Replicate(string preset, RequestArguments? arguments = null, int replicate = 0)
    {
        SettingException.ThrowIfLessThan(replicate, 0, "The number of the replicate");
        var request = (arguments ?? new RequestArguments()).For(preset) with { Replicates = replicate + 1 };
        return new StudyContext(request, Data).Replicates[replicate];
    }

    /// <summary>Trains from a state to the end of the recipe.</summary>
    /// <param name="replicate">The setting.</param>
    /// <param name="start">The state to start from, which must be one of step <paramref name="from"/>.</param>
    /// <param name="mask">The weights to train; null for all.</param>
    /// <param name="noise">Number of the data order and augmentation.</param>
    /// <param name="from">Step of the start; the schedule goes on from there.</param>
    /// <param name="cancellation">Stops soon, with a checkpoint.</param>
    public TrainJob Train(Replicate replicate, Job start, Job<PruneResult>? mask = null, ulong noise = 1, long from = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(replicate);
        return Computed(replicate.Copy(Condition.Dense(), 0) with { Start = start, Mask = mask, Kernels = mask is null ? null : replicate.Kernels, Noise = new SgdNoise(noise, noise), From = from }, cancellation);
    }

    /// <summary>Removes a fraction of the weights that remain.</summary>
    /// <param name="replicate">The setting.</param>
    /// <param name="state">The weights to judge.</param>
    /// <param name="mask">The mask so far; null for none.</param>
    /// <param name="fraction">Fraction of the remaining weights to remove; null for the preset's.</param>
    /// <param name="cancellation">Stops soon.</param>
    public PruneJob Prune(Replicate replicate, Job state, Job<PruneResult>? mask = null, double? fraction = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(replicate);
        return Computed(replicate.Prune(state, mask, fraction), cancellation);
    }

    /// <summary>Loss and error on the straight line between two states.</summary>
    public PathResult Path(Replicate replicate, Job first, Job second, bool onTrainingSet = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(replicate);
        return Result(replicate.Path(Condition.Dense(), first, second, onTrainingSet) with { Kernels = replicate.Kernels }, cancellation);
    }

    /// <summary>Measures model files, and writes a report: <c>lab.Measure(Walk.Of(lab.Models(["a.pth", "b.pth"])))</c>.</summary>
    public MeasurementResult Measure(Measurement measurement, CancellationToken cancellation = default) => MeasurementRunner.Run(measurement, Executor, Progress, cancellation);

    /// <summary>Model files of one architecture, with the data that they are measured on.</summary>
    /// <param name="files">Paths of files that <see cref="Interchange.ModelFiles"/> opens.</param>
    /// <param name="arguments">What is said of them; null where names, shapes and the usual data say it all.</param>
    /// <exception cref="SettingException">The network is not recognised, or the files are of different ones, or the data has other classes.</exception>
    public ModelSet Models(IReadOnlyList<string> files, ModelArguments? arguments = null) => ModelSet.Of(files, arguments ?? new ModelArguments(), Data);

    private TJob Computed<TJob>(TJob job, CancellationToken cancellation)
        where TJob : Job
    {
        Compute([job], cancellation);
        return job;
    }
}
