using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Pruning;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>Finds the largest of some fractions that can be pruned at once so that the next level stays connected to a solution (Paul et al. 2023, adaptive pruning).</summary>
/// <remarks>
/// <para>
/// From the largest fraction on: prune, retrain briefly at the last learning rates with the weights kept, and take the first fraction after which the error, and that half-way to the solution, is
/// at most eps above the solution's. If none is, the smallest is taken. Nothing is pruned below <see cref="Floor"/>.
/// </para>
/// <para>
/// The search is one job, and <see cref="PruneJob.Search"/> reads the fraction from its result: which jobs there are then never depends on results, so that a study can be counted, forecast, shared
/// among processes and gone on with as any other. A graph that grew as results came in would have to be grown again in the same way by everybody who looks at it.
/// </para>
/// </remarks>
public sealed record AdaptiveLevelJob : Job<AdaptiveLevelResult>
{
    /// <inheritdoc/>
    public override string Kind => "adaptive-level";

    /// <summary>How the solution would be pruned; it says no fraction.</summary>
    public required PruneJob Pruning { get; init; }

    /// <summary>Fractions of the remaining weights to try, largest first.</summary>
    public required IReadOnlyList<double> Fractions { get; init; }

    /// <summary>Density below which nothing is pruned.</summary>
    public double Floor { get; init; }

    /// <summary>eps, as a fraction of examples.</summary>
    public required double Tolerance { get; init; }

    /// <summary>The data set.</summary>
    public required DatasetSpec Data { get; init; }

    /// <summary>Optimiser, schedule, batch of brief retraining.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>Its data order and augmentation, the same for every fraction.</summary>
    public required SgdNoise Noise { get; init; }

    /// <summary>Step of the schedule at which it begins.</summary>
    public required long From { get; init; }

    /// <summary>Step at which it ends.</summary>
    public required long To { get; init; }

    /// <summary>Estimate batch norm's running statistics anew half-way; null averages them.</summary>
    public Recalibration? Recalibration { get; init; }

    /// <summary>The kernels that sparse networks are computed with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>Name of the backend that computes it; null for the processor.</summary>
    public string? Backend { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => Pruning.Inputs;

    internal override bool GoesOn => true;

    /// <inheritdoc/>
    public override string Title => $"search how much of {Pruning.Model} to prune";

    // Half of the fractions, each with two looks at the test set.
    /// <inheritdoc/>
    public override double Cost
    {
        get
        {
            var step = Recipe.Batch * Arithmetic.Training(Pruning.Model) * Arithmetic.SparsePart(Pruning.Model, PruneJob.ExpectedDensity(Pruning));
            return Fractions.Count / 2.0 * (((To - From) * step) + (2 * Datasets.ExpectedSize(Data).Test * Arithmetic.Forward(Pruning.Model)));
        }
    }

    /// <inheritdoc/>
    protected internal override AdaptiveLevelResult Run(JobContext context)
    {
        if (From < 0 || From >= To) throw new SettingException($"Brief retraining from step {From} to step {To} has no step. Give it a larger part of training.");
        var set = new LinearlyConnectedSublevelSet(Tolerance);
        var (network, data) = (Architectures.Create(Pruning.Model), context.Data.Load(Data));
        var (solution, denser) = (context.State(Pruning.State, network.Space), context.Mask(Pruning.Mask, network.Space) ?? Mask.Full(network.Space));
        var own = Alone(solution);
        var candidates = Candidates(denser);

        // What a stopped run left has two lines for every fraction that it refused, and where it was with the next.
        var resume = CheckpointFile.TakeOver(context, this);
        List<Metrics> lines = [.. resume?.Metrics ?? []];
        for (var n = lines.Count / 2; n < candidates.Count; n++)
        {
            var mask = Pruning.MaskOf(context, denser, candidates[n]);
            var trainer = new Trainer
            {
                Network = network,
                Data = data,
                Recipe = Recipe,
                Noise = Noise,
                Mask = mask,
                Kernels = KernelNames.Parse(Kernels),
                Backend = Backends.Find(Backend),
                EvaluateEvery = default,
                Team = context.Team,
            };
            var recorder = new Recorder(this, context, lines, (double)n / candidates.Count, candidates.Count);
            var brief = trainer.Run(solution, From, To, new HashSet<long>(), recorder, resume?.Checkpoint, context.Cancellation);
            resume = null;
            var middle = Middle(solution, brief);
            lines.Add(recorder.End!);
            lines.Add(recorder.End! with { TestLoss = middle.Loss, TestError = middle.Error });
            if (set.Contains(new ErrorBarrier([new PathPoint(0, own.Loss, own.Error), middle, new PathPoint(1, recorder.End!.TestLoss, recorder.End!.TestError)]))) return Result(connected: true);
        }

        return Result(connected: false);

        AdaptiveLevelResult Result(bool connected)
        {
            AdaptiveTry[] tries = [.. lines.Chunk(2).Zip(candidates, (pair, fraction) => new AdaptiveTry(fraction, pair[0].TestError, pair[1].TestError))];
            return new AdaptiveLevelResult(tries.Length == 0 ? 0 : tries[^1].Fraction, connected, own.Error, tries, tries.Length * (To - From));
        }

        BatchLoss Alone(NetworkState state)
        {
            using var evaluator = new Evaluator(network, data.Test, context.Team, Mask.OfRemaining([state]), KernelNames.Parse(Kernels), Backends.Find(Backend));
            return evaluator.Evaluate(state, context.Cancellation);
        }

        PathPoint Middle(NetworkState first, NetworkState second)
        {
            var mask = Mask.OfRemaining([first, second]);
            using var recalibrator = Recalibration is null ? null : new Recalibrator(network, Recalibration, data.Train, context.Team, mask, KernelNames.Parse(Kernels), Backends.Find(Backend));
            using var evaluator = new Evaluator(network, data.Test, context.Team, mask, KernelNames.Parse(Kernels), Backends.Find(Backend));
            return LinearPath.Evaluate(first, second, [0.5], evaluator, recalibrator, cancellation: context.Cancellation)[0];
        }
    }

    /// <summary>The fractions that leave enough weights, none twice: cut where they would go below the floor.</summary>
    internal IReadOnlyList<double> Candidates(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var available = mask.Space.Prunable.Where(parameter => !Pruning.Exempt.Contains(parameter.Layer)).Sum(mask.CountIn);
        var most = 1 - (Floor * mask.Space.PrunableCount / mask.Remaining);
        return
        [
            .. Fractions.OrderDescending().Select(fraction => Math.Min(fraction, most))
                .Where(fraction => fraction > 0 && PruningStrategy.CountOf(mask.Remaining, fraction) is var count && count > 0 && count < available)
                .DistinctBy(fraction => PruningStrategy.CountOf(mask.Remaining, fraction)),
        ];
    }

    /// <param name="job">The job.</param>
    /// <param name="context">Its folder.</param>
    /// <param name="before">Lines of the fractions that were refused.</param>
    /// <param name="done">Part of the search that lies behind.</param>
    /// <param name="candidates">How many fractions there are.</param>
    private sealed class Recorder(AdaptiveLevelJob job, JobContext context, IReadOnlyList<Metrics> before, double done, int candidates) : ITrainingObserver
    {
        public Metrics? End { get; private set; }

        public void Measure(Metrics metrics) => End = metrics;

        public void Save(Checkpoint checkpoint) => CheckpointFile.Write(context, job, checkpoint, before);

        public void Advance(long step) => context.Advance(done + ((double)(step - job.From) / (job.To - job.From) / candidates));
    }
}

/// <param name="Fraction">Of the remaining weights, what is to be pruned; 0 if nothing more can be.</param>
/// <param name="Connected">Whether it keeps the next level connected; if not, it is the smallest there is.</param>
/// <param name="Error">Test error of the solution.</param>
/// <param name="Tries">What was tried, in order.</param>
/// <param name="Steps">Steps of training that the search took.</param>
public sealed record AdaptiveLevelResult(double Fraction, bool Connected, double Error, IReadOnlyList<AdaptiveTry> Tries, long Steps);

/// <param name="Fraction">Of the remaining weights.</param>
/// <param name="Error">Test error after brief retraining.</param>
/// <param name="MidpointError">Test error half-way to the solution.</param>
public sealed record AdaptiveTry(double Fraction, double Error, double MidpointError);
