using System.Text.Json;
using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>Trains a state, under a mask if there is one, from one step to another.</summary>
/// <remarks>
/// All but <see cref="To"/> names a trajectory through weight space, and a job is one place on it. A state to be kept on the way is the same job with an earlier <see cref="To"/>;
/// the executor computes such jobs in order, and each goes on from the one before, to the same bytes as if it had started from the beginning.
/// </remarks>
public sealed record TrainJob : Job<TrainResult>
{
    internal const string MetricsFile = "metrics.jsonl", KindName = "train";

    /// <summary>Lines of metrics in a whole training: measuring the test set is a fifteenth of the work of an epoch of CIFAR-10, and so many are enough for a curve.</summary>
    private const int MostLines = 25;

    /// <inheritdoc/>
    public override string Kind => KindName;

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The job that made the state to start from.</summary>
    public required Job Start { get; init; }

    /// <summary>The job that made the mask, or null for a dense network.</summary>
    public Job<PruneResult>? Mask { get; init; }

    /// <summary>The kernels that a masked network is trained with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>Name of the backend that computes it; null for the processor.</summary>
    public string? Backend { get; init; }

    /// <summary>The data set.</summary>
    public required DatasetSpec Data { get; init; }

    /// <summary>Optimiser, schedule, batch.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>Data order and augmentation.</summary>
    public required SgdNoise Noise { get; init; }

    /// <summary>Step of the start; the schedule goes on from it.</summary>
    public long From { get; init; }

    /// <summary>Step of the end.</summary>
    public required long To { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => Mask is null ? [Start] : [Start, Mask];

    internal override bool GoesOn => true;

    internal override long? Reaches => To;

    /// <inheritdoc/>
    public override string Title => $"train {Model} from step {From} to {To}";

    /// <inheritdoc/>
    public override double Cost => CostFrom(From);

    internal override double CostFrom(long step)
    {
        // The steps, and the test set as often as it is measured: on the way, and at the end.
        var (train, test) = Datasets.ExpectedSize(Data);
        var (steps, measurement) = ((double)(To - step), test * Arithmetic.Forward(Model));
        var dense = (steps * Recipe.Batch * Arithmetic.Training(Model)) + (((steps / Interval(Math.Max(1, train / Recipe.Batch))) + 1) * measurement);
        return Mask is null || Kernels is not null ? dense : dense * Arithmetic.SparsePart(Model, PruneJob.ExpectedDensity(Mask));
    }

    /// <inheritdoc/>
    protected internal override TrainResult Run(JobContext context)
    {
        if (From < 0 || From >= To) throw new SettingException($"Training from step {From} to step {To} has no step. Start before the end.");
        var network = Architectures.Create(Model);
        var data = context.Data.Load(Data);
        var perEpoch = Trainer.StepsPerEpoch(data.Train.Count, Recipe.Batch);
        var trainer = new Trainer
        {
            Network = network,
            Data = data,
            Recipe = Recipe,
            Noise = Noise,
            Mask = context.Mask(Mask, network.Space),
            Kernels = KernelNames.Parse(Kernels),
            Backend = Backends.Find(Backend),
            EvaluateEvery = new StepCount(Interval(perEpoch) / perEpoch, 0),
            Team = context.Team,
        };
        var resume = CheckpointFile.TakeOver(context, this);
        var place = GoOnFile.TakeOver(context, this, after: resume?.Checkpoint.Step ?? From, Interval(perEpoch));
        resume = place ?? resume;
        var live = new LiveMetrics(context.Store.Path, this, Schedule.Of(Recipe, perEpoch), trainer.Mask?.Density ?? 1);
        var recorder = new Recorder(this, context, live, from: place?.Checkpoint.Step ?? From, resume?.Metrics ?? [], isLast: To >= Recipe.TotalSteps(perEpoch));
        context.Write(trainer.Run(context.State(Start, network.Space), From, To, new HashSet<long>(), recorder, resume?.Checkpoint, context.Cancellation));
        context.Write(MetricsFile, stream =>
        {
            foreach (var line in recorder.Metrics)
            {
                JsonSerializer.Serialize(stream, line, JobContext.Json);
                stream.WriteByte((byte)'\n');
            }
        });
        return new TrainResult(recorder.Metrics[^1], network.Space.PrunableCount, trainer.Mask?.Remaining ?? network.Space.PrunableCount, trainer.Skipped, trainer.SparseLayers!);
    }

    /// <summary>Steps from one line of metrics to the next: whole epochs, the same for all that trains by this recipe, since it is not for a request to say when a training is measured.</summary>
    private int Interval(int perEpoch) => perEpoch * (int)Math.Max(1, (Recipe.TotalSteps(perEpoch) + ((long)MostLines * perEpoch) - 1) / ((long)MostLines * perEpoch));

    /// <param name="job">The job.</param>
    /// <param name="context">Its folder.</param>
    /// <param name="live">Hears every line at once.</param>
    /// <param name="from">Step that it goes on from without a checkpoint of its own: what lies before is not its work.</param>
    /// <param name="before">Lines of metrics up to where it goes on.</param>
    /// <param name="isLast">Nothing can go on from the end of a recipe.</param>
    private sealed class Recorder(TrainJob job, JobContext context, LiveMetrics live, long from, IReadOnlyList<Metrics> before, bool isLast) : ITrainingObserver
    {
        public List<Metrics> Metrics { get; } = [.. before];

        public void Measure(Metrics metrics)
        {
            Metrics.Add(metrics);
            live.Add(metrics);
        }

        public void Save(Checkpoint checkpoint) => CheckpointFile.Write(context, job, checkpoint, Metrics);

        public void End(Checkpoint end)
        {
            if (!isLast) GoOnFile.Write(context, end);
        }

        public void Advance(long step) => context.Advance((double)(step - from) / (job.To - from));
    }
}

/// <param name="Last">What was measured at the last step.</param>
/// <param name="Prunable">Number of prunable weights.</param>
/// <param name="Remaining">Number of them that remain.</param>
/// <param name="Skipped">Fraction of a dense step's arithmetic that was left out.</param>
/// <param name="Sparse">How many layers were computed sparsely.</param>
public sealed record TrainResult(Metrics Last, int Prunable, int Remaining, double Skipped, SparseLayers Sparse);
