using System.Text.Json;
using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>Trains a state, under a mask if there is one, from one step to another.</summary>
public sealed record TrainJob : Job<TrainResult>
{
    internal const string MetricsFile = "metrics.jsonl";

    public override string Kind => "train";

    public required string Model { get; init; }

    public required StateRef Start { get; init; }

    /// <summary>The job that made the mask, or null for a dense network.</summary>
    public Job<PruneResult>? Mask { get; init; }

    /// <summary>The kernels that a masked network is trained with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>Name of the backend that computes it; null for the processor.</summary>
    public string? Backend { get; init; }

    public required DatasetSpec Data { get; init; }

    public required Recipe Recipe { get; init; }

    public required SgdNoise Noise { get; init; }

    /// <summary>Step of the start; the schedule goes on from it.</summary>
    public long From { get; init; }

    /// <summary>Step of the end.</summary>
    public required long To { get; init; }

    /// <summary>Steps whose states are kept, besides the last.</summary>
    public IReadOnlyList<long> Keep { get; init; } = [];

    /// <summary>How often to measure the test set, as a step; null for every epoch.</summary>
    public string? EvaluateEvery { get; init; }

    public override IEnumerable<Job> Inputs => Mask is null ? [Start.Of] : [Start.Of, Mask];

    internal override bool GoesOn => true;

    public override string Title => $"train {Model} from step {From} to {To}";

    public override double Cost
    {
        get
        {
            // The steps, and the test set as often as it is measured.
            var (train, test) = Datasets.ExpectedSize(Data);
            var steps = (double)(To - From);
            var every = Math.Max(1, StepCount.Parse(EvaluateEvery ?? "1ep").ToIterations(Math.Max(1, train / Recipe.Batch)));
            var dense = (steps * Recipe.Batch * Arithmetic.Training(Model)) + (steps / every * test * Arithmetic.Forward(Model));
            return Mask is null || Kernels is not null ? dense : dense * Arithmetic.SparsePart(Model, PruneJob.ExpectedDensity(Mask));
        }
    }

    protected internal override TrainResult Run(JobContext context)
    {
        if (From < 0 || From >= To) throw new SettingException($"Training from step {From} to step {To} has no step. Start before the end.");
        var network = Architectures.Create(Model);
        var data = context.Data.Load(Data);
        var trainer = new Trainer
        {
            Network = network,
            Data = data,
            Recipe = Recipe,
            Noise = Noise,
            Mask = context.Mask(Mask, network.Space),
            Kernels = KernelNames.Parse(Kernels),
            Backend = Backends.Find(Backend),
            EvaluateEvery = EvaluateEvery is null ? new StepCount(1, 0) : StepCount.Parse(EvaluateEvery),
            Team = context.Team,
        };
        var resume = CheckpointFile.TakeOver(context, this);
        var recorder = new Recorder(this, context, resume?.Metrics ?? []);
        var final = trainer.Run(context.State(Start, network.Space), From, To, Keep.ToHashSet(), recorder, resume?.Checkpoint, context.Cancellation);
        context.Write(StateRef.LastFileName, stream => Safetensors.Write(stream, StateFile.Tensors(final)));
        context.Write(MetricsFile, stream =>
        {
            foreach (var line in recorder.Metrics)
            {
                JsonSerializer.Serialize(stream, line, JobContext.Json);
                stream.WriteByte((byte)'\n');
            }
        });
        return new TrainResult(recorder.Metrics[^1], network.Space.PrunableCount, trainer.Mask?.Remaining ?? network.Space.PrunableCount, trainer.Skipped, trainer.SparseLayers);
    }

    private sealed class Recorder(TrainJob job, JobContext context, IReadOnlyList<Metrics> before) : ITrainingObserver
    {
        public List<Metrics> Metrics { get; } = [.. before];

        public void Keep(long step, NetworkState state) =>
            context.Write(new StateRef(job, step).FileName, stream => Safetensors.Write(stream, StateFile.Tensors(state)));

        public void Measure(Metrics metrics) => Metrics.Add(metrics);

        public void Save(Checkpoint checkpoint) => CheckpointFile.Write(context, job, checkpoint, Metrics);

        public void Advance(long step) => context.Advance((double)(step - job.From) / (job.To - job.From));
    }
}

/// <param name="Last">What was measured at the last step.</param>
/// <param name="Prunable">Number of prunable weights.</param>
/// <param name="Remaining">Number of them that remain.</param>
/// <param name="Skipped">Fraction of a dense step's arithmetic that was left out.</param>
/// <param name="Sparse">How many layers were computed sparsely; null in results that are older than sparse kernels.</param>
public sealed record TrainResult(Metrics Last, int Prunable, int Remaining, double Skipped = 0, SparseLayers? Sparse = null);
