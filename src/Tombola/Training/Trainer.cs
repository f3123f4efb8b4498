using System.Diagnostics;
using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Training;

/// <summary>What a training run reports while it goes, and where it may be interrupted.</summary>
public interface ITrainingObserver
{
    /// <summary>A state that was asked for is there.</summary>
    void Keep(long step, NetworkState state)
    {
    }

    /// <summary>An epoch (or another interval) was measured.</summary>
    void Measure(Metrics metrics);

    /// <summary>A moment at which the run could be resumed; called every few seconds and when the run is cancelled.</summary>
    void Save(Checkpoint checkpoint);

    /// <summary>Steps done so far.</summary>
    void Advance(long step);

    /// <summary>The end, as a moment from which a longer run could go on.</summary>
    void End(Checkpoint end)
    {
    }
}

/// <summary>Trains a network, or the part of it that a mask leaves, from one step to another.</summary>
/// <remarks>
/// The result is a pure function of the arguments of <see cref="Run"/>: it does not depend on threads, on when checkpoints were taken, or on when the
/// network was evaluated.
/// </remarks>
public sealed class Trainer
{
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(5);

    /// <summary>A large network takes long to save; at most a twentieth of the time may go there.</summary>
    private const int WorkPerSave = 20;

    private const int StepsBetweenLooks = 32;

    /// <summary>Large networks take long over 32 steps, but a person who stops a run should not wait.</summary>
    private static readonly TimeSpan TimeBetweenLooks = TimeSpan.FromSeconds(0.2);

    /// <summary>The network.</summary>
    public required Network Network { get; init; }

    /// <summary>What it is trained and measured on.</summary>
    public required Dataset Data { get; init; }

    /// <summary>Optimiser, schedule, batch.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>Data order and augmentation.</summary>
    public required SgdNoise Noise { get; init; }

    /// <summary>The weights to train; the others stay zero. Null for all.</summary>
    public Mask? Mask { get; init; }

    /// <summary>What computes the network.</summary>
    public IBackend Backend { get; init; } = Backends.Cpu;

    /// <summary>Whether layers may be computed sparsely.</summary>
    public KernelChoice Kernels { get; init; }

    /// <summary>How often to measure the test set.</summary>
    public StepCount EvaluateEvery { get; init; } = new(1, 0);

    /// <summary>Threads to share each step among, or null.</summary>
    public ThreadTeam? Team { get; init; }

    /// <summary>Fraction of a dense step's arithmetic that <see cref="Run"/> left out because the mask prunes those weights.</summary>
    public double Skipped { get; private set; }

    /// <summary>How many layers <see cref="Run"/> computed sparsely.</summary>
    public SparseLayers? SparseLayers { get; private set; }

    /// <summary>Optimiser updates in one pass over the training set; the last mini-batch of a pass may be smaller.</summary>
    public static int StepsPerEpoch(int examples, int batch)
    {
        if (batch > examples) throw new SettingException($"The batch of {batch} is larger than the training set of {examples} examples. Choose a smaller batch.");
        return (examples + batch - 1) / batch;
    }

    /// <summary>Trains from step <paramref name="from"/> to step <paramref name="to"/> with a fresh optimiser, the schedule going on at <paramref name="from"/>.</summary>
    /// <param name="start">The state at step <paramref name="from"/>; the mask is applied to it.</param>
    /// <param name="from">Step of the start.</param>
    /// <param name="to">Step of the end.</param>
    /// <param name="keep">Steps whose states the observer wants, besides the end.</param>
    /// <param name="observer">Hears of states, metrics and checkpoints.</param>
    /// <param name="resume">A checkpoint of the same run or of a shorter one, or null.</param>
    /// <param name="cancellation">Stops soon, with a checkpoint.</param>
    /// <exception cref="ArithmeticException">The loss is not finite any more.</exception>
    public NetworkState Run(
        NetworkState start, long from, long to, IReadOnlySet<long> keep, ITrainingObserver observer, Checkpoint? resume, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(keep);
        ArgumentNullException.ThrowIfNull(observer);
        CheckFit();
        var perEpoch = StepsPerEpoch(Data.Train.Count, Recipe.Batch);
        var interval = EvaluateEvery.ToIterations(perEpoch);
        var schedule = Schedule.Of(Recipe, perEpoch);
        using var plan = Backend.Compile(new PlanRequest(Network, Recipe.Batch) { Mask = Mask, Training = true, Team = Team, Kernels = Kernels });
        (Skipped, SparseLayers) = (plan.SkippedArithmetic, plan.SparseLayers);
        using var optimizer = plan.CreateOptimizer(Recipe.OptimizerSpec);
        using var evaluator = new Evaluator(Network, Data.Test, Team, Mask, Kernels, Backend);

        var measured = new NetworkState(Network.Space);
        var step = from;
        var (running, unfinished) = (default(BatchLoss), default(BatchLoss));
        if (resume is null)
        {
            plan.Load(Mask is null ? start : start.Under(Mask));
        }
        else
        {
            (step, running) = (resume.Step, resume.Running);
            plan.Load(new NetworkState(Network.Space, resume.Weights, resume.Statistics));
            plan.Restore(optimizer, resume.Optimizer);
        }

        using var feed = new BatchFeed(
            Data.Train, new EpochOrder(Data.Train.Count, Noise.Order), Recipe.Batch, Augmentations.Create(Recipe.Augmentation, Noise.Augment), end: to);

        // What dropout leaves out is noise of the run like a flip or a crop; its stream has another name, so they share the seed.
        var dropout = new RandomStream(Noise.Augment, RandomStream.Dropout);
        var (sinceCheckpoint, sinceLook, pause) = (Stopwatch.StartNew(), Stopwatch.StartNew(), CheckpointInterval);
        while (true)
        {
            // Nothing was added up since the line before if a checkpoint was taken after measuring.
            var isLine = interval > 0 && step % interval == 0;
            if (step == to && !isLine) unfinished = running;
            if ((isLine || step == to) && running.Samples > 0) Measure();
            if (step == to) break;
            if (step % StepsBetweenLooks == 0 || sinceLook.Elapsed > TimeBetweenLooks)
            {
                sinceLook.Restart();
                observer.Advance(step);
                if (cancellation.IsCancellationRequested || sinceCheckpoint.Elapsed > pause)
                {
                    var saving = Stopwatch.StartNew();
                    if (step > from) observer.Save(Snapshot(step, plan, optimizer, running));
                    cancellation.ThrowIfCancellationRequested();
                    sinceCheckpoint.Restart();
                    pause = TimeSpan.FromTicks(Math.Max(CheckpointInterval.Ticks, saving.Elapsed.Ticks * WorkPerSave));
                }
            }

            if (keep.Contains(step)) observer.Keep(step, plan.Save());
            var count = feed.Fill(step, plan);
            plan.SeedDropout(dropout, (uint)step);
            var loss = plan.Step(count, optimizer, schedule.Rate(step));
            if (!double.IsFinite(loss.LossSum))
            {
                throw new ArithmeticException(
                    $"The loss is not finite at step {step} (learning rate {schedule.Rate(step):g4}). Try a lower learning rate, a warmup, or another initialiser.");
            }

            running += loss;
            step++;
        }

        observer.Advance(to);
        if (keep.Contains(to)) observer.Keep(to, plan.Save());
        var end = Snapshot(to, plan, optimizer, unfinished);
        observer.End(end);
        return new NetworkState(Network.Space, end.Weights, end.Statistics);

        void Measure()
        {
            plan.Save(measured);
            try
            {
                var test = evaluator.Evaluate(measured, cancellation);
                observer.Measure(new Metrics(step, (double)step / perEpoch, running.Loss, running.Error, test.Loss, test.Error));
                running = default;
            }
            catch (OperationCanceledException)
            {
                observer.Save(Snapshot(step, plan, optimizer, running));
                throw;
            }
        }
    }

    private void CheckFit()
    {
        if (Data.Train.Shape != Network.Input)
        {
            throw new SettingException($"{Network.Name} takes images of {Network.Input}; those of {Data.Name} are {Data.Train.Shape}. Choose another model or data set.");
        }

        if (Data.Train.Classes > Network.Classes)
        {
            throw new SettingException($"{Network.Name} tells {Network.Classes} classes apart; {Data.Name} has {Data.Train.Classes}. Choose another model or data set.");
        }
    }

    private static Checkpoint Snapshot(long step, INetworkPlan plan, IOptimizer optimizer, BatchLoss running)
    {
        var state = plan.Save();
        return new Checkpoint(step, state.Weights, state.Statistics, plan.Save(optimizer), running);
    }
}
