using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution;

/// <summary>A network compiled for a mask and a batch size. Nothing is allocated once it runs.</summary>
/// <remarks>
/// Put each sample into <see cref="IBatchPlan.Sample"/> and its class into <see cref="IBatchPlan.Labels"/>, then call <see cref="Evaluate"/> or <see cref="Step"/>. A plan belongs to one
/// caller at a time.
/// </remarks>
public interface INetworkPlan : IBatchPlan
{
    /// <summary>Numbers that the plan trains: all weights, less the pruned ones of layers that are computed sparsely.</summary>
    int StoredWeights { get; }

    /// <summary>How many layers are computed sparsely.</summary>
    SparseLayers SparseLayers { get; }

    /// <summary>Fraction of the multiply-adds of a dense step that this plan leaves out: those with pruned weights where kernels are sparse.</summary>
    double SkippedArithmetic { get; }

    /// <summary>Loss of each sample of the last call, nats.</summary>
    ReadOnlySpan<float> Losses { get; }

    /// <summary>1 for each sample of the last call that was classified correctly, else 0.</summary>
    ReadOnlySpan<byte> Hits { get; }

    /// <summary>Takes over a state that this plan packed, or another one for the same network, mask, batch and kernels.</summary>
    void Load(PlanState state);

    /// <summary>A copy of a state for loading it often.</summary>
    PlanState Pack(NetworkState state);

    /// <summary>A copy of weights and statistics as they are now.</summary>
    NetworkState Save();

    /// <summary>The same into a state that is there already.</summary>
    void Save(NetworkState state);

    /// <summary>Logit of a class for a sample of the last call.</summary>
    float Logit(int sample, int label);

    /// <summary>The class with the largest logit for a sample of the last call; of equal ones the first.</summary>
    int Prediction(int sample);

    /// <summary>Forward only: loss and hits of the first <paramref name="count"/> samples.</summary>
    /// <remarks>In a plan for training, batch norms normalise by the mini-batch here too, and leave their running statistics alone.</remarks>
    BatchLoss Evaluate(int count);

    /// <summary>Takes the samples in. Needed before <see cref="EvaluateAgain"/> only; the other calls do it themselves.</summary>
    void Prepare(int count);

    /// <summary>Forward with other weights over the samples of the last <see cref="Prepare"/>.</summary>
    BatchLoss EvaluateAgain();

    /// <summary>One training step on the first <paramref name="count"/> samples with the mean loss as objective.</summary>
    /// <returns>Loss and hits before the update. If the loss is not finite, no weight has changed.</returns>
    BatchLoss Step(int count, IOptimizer optimizer, double rate);

    /// <summary>Forward as in training, without a gradient: batch norms normalise by the mini-batch and take it into their running statistics.</summary>
    /// <param name="count">Samples.</param>
    /// <param name="share">Share of this mini-batch in the statistics: 1/n for the n-th of a cumulative mean.</param>
    BatchLoss UpdateStatistics(int count, double share);

    /// <summary>Gradient of the mean loss over the first <paramref name="count"/> samples, for every weight, pruned ones included.</summary>
    /// <exception cref="InvalidOperationException">The plan computes some gradients for the remaining weights only: it was not compiled with <see cref="KernelChoice.Dense"/>.</exception>
    BatchLoss Gradient(int count, Span<float> gradient);

    /// <summary>Where dropout draws from: a stream and the epoch in it, which should be the step.</summary>
    void SeedDropout(RandomStream stream, uint step);

    /// <summary>An optimiser for what this plan trains.</summary>
    IOptimizer CreateOptimizer(OptimizerSpec spec);

    /// <summary>Where an optimiser of this plan is, with a number for every weight.</summary>
    OptimizerState Save(IOptimizer optimizer);

    /// <summary>Puts an optimiser of this plan where another of the same kind was.</summary>
    void Restore(IOptimizer optimizer, OptimizerState state);

    /// <summary>The passes in words, in order.</summary>
    IReadOnlyList<PassDescription> Describe();

    /// <summary>Takes training steps on the samples as they are and times every phase of every pass.</summary>
    /// <param name="optimizer">Updates the weights.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="steps">Steps, of which the median counts.</param>
    IReadOnlyList<PassTiming> Profile(IOptimizer optimizer, double rate, int steps);
}

/// <summary>An optimiser at work on the weights of the plan that made it.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>Bytes of native memory.</summary>
    long Bytes { get; }
}

/// <summary>Where an optimiser is.</summary>
/// <param name="First">Velocity, first moment or mean square, a number for every weight and zeros for those that are not trained; empty for plain descent.</param>
/// <param name="Second">Adam's second moment or RMSprop's velocity; else empty.</param>
/// <param name="Steps">Steps taken; Adam's bias correction depends on it.</param>
public sealed record OptimizerState(float[] First, float[] Second, long Steps);

/// <summary>A network's state as a plan packed it: checked against the mask and in the plan's order, so that it can be loaded often. Immutable.</summary>
public abstract class PlanState;
