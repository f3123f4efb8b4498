using Tombola.Engine.Execution.Cpu.Planning;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu;

/// <summary>A network compiled for a mask and a batch size: the passes, in order, over one arena. Nothing is allocated once it runs.</summary>
/// <remarks>Results are the same bits for every size of the team.</remarks>
internal sealed class Plan : INetworkPlan
{
    private readonly Arena _arena = new();
    private readonly PassSequence _passes;
    private readonly PlanInput _input;
    private readonly LossHead _head;
    private readonly PlanWeights _weights;
    private readonly Slab _gradient;
    private readonly Mask? _mask;
    private readonly float[] _statistics, _allWeights;
    private readonly ThreadTeam _team;
    private readonly bool _training, _ownsTeam;
    private bool _weightsChanged;

    /// <param name="network">The architecture.</param>
    /// <param name="mask">The weights that remain, or null for all.</param>
    /// <param name="batch">Most samples in one call.</param>
    /// <param name="training">Whether gradients will be asked for.</param>
    /// <param name="team">Threads to share the work among, or null for the calling thread alone.</param>
    /// <param name="kernels">Whether layers may be computed sparsely.</param>
    public Plan(Network network, Mask? mask, int batch, bool training, ThreadTeam? team = null, KernelChoice kernels = KernelChoice.Automatic)
        : this(network, mask, batch, training, team, SparseChoice.For(network, training, PlanInput.LanesFor(network, batch), kernels))
    {
    }

    /// <summary>A plan whose sparse phases somebody else chose.</summary>
    /// <param name="network">The architecture.</param>
    /// <param name="mask">The weights that remain, or null for all.</param>
    /// <param name="batch">Most samples in one call.</param>
    /// <param name="training">Whether gradients will be asked for.</param>
    /// <param name="team">Threads, or null for the calling thread alone.</param>
    /// <param name="sparse">The sparse phases of a parameter of which so many weights remain.</param>
    /// <param name="slabFloats">Floats of a slab of activations, at most.</param>
    internal Plan(
        Network network, Mask? mask, int batch, bool training, ThreadTeam? team, Func<Parameter, int, SparsePhases> sparse, int slabFloats = ArenaPlanner.LargestSlab)
    {
        ArgumentNullException.ThrowIfNull(network);
        LaneWidth = PlanInput.LanesFor(network, batch);
        var blocks = PlanFit.Blocks(batch, LaneWidth);
        if (mask is not null) PlanFit.Check(mask, network);

        (Network, Batch, _mask, _training) = (network, batch, mask, training);
        _team = team ?? new ThreadTeam(1);
        _ownsTeam = team is null;
        _statistics = new float[network.Space.StatisticsCount];
        _weights = new PlanWeights(network, mask, sparse);
        _allWeights = _weights.IsWhole ? [] : new float[network.Space.Count];
        try
        {
            _weights.Slab = _arena.Take(_weights.Count);
            _gradient = training && !AnySparseGradient ? _arena.Take(network.Space.Count) : default;
            var compiler = new PlanCompiler(network, _weights, _statistics, _team, training, LaneWidth, blocks);
            var planner = new ArenaPlanner(slabFloats);
            _passes = compiler.Compile(planner);
            planner.Place(_arena);
            (_input, _head) = (new PlanInput(network, compiler.Input, batch, _team), new LossHead(network, compiler.Output, batch));
        }
        catch
        {
            // Nobody else can free what was taken before it turned out that the rest does not fit.
            Dispose();
            throw;
        }
    }

    public Network Network { get; }

    /// <summary>Most samples in one call.</summary>
    public int Batch { get; }

    /// <summary>Samples in one lane block.</summary>
    public int LaneWidth { get; }

    /// <summary>Bytes of the plan's arena: weights, activations, gradients, scratch.</summary>
    public long ArenaBytes => _arena.Bytes;

    /// <summary>Floats from one sample to the next in <see cref="Samples"/>: the features rounded up to 16.</summary>
    public int SampleStride => _input.SampleStride;

    /// <summary>The mini-batch, <c>[sample][channel, row, column]</c> with rows of <see cref="SampleStride"/>. The caller fills it.</summary>
    public Span<float> Samples => _input.Samples;

    /// <inheritdoc/>
    public Span<float> Sample(int index) => _input.Sample(index);

    /// <summary>Class of each sample, 0 ... classes - 1. The caller fills it.</summary>
    public int[] Labels => _head.Labels;

    /// <summary>Weights as the plan sees them now, pruned ones included: a copy if the plan does not keep those.</summary>
    public ReadOnlySpan<float> Weights
    {
        get
        {
            if (_weights.IsWhole) return _weights.Slab.Span;
            _weights.Unpack(_weights.Slab.Span, _allWeights);
            return _allWeights;
        }
    }

    /// <summary>Numbers that the plan trains: all weights, less the pruned ones of layers that are computed sparsely.</summary>
    public int StoredWeights => _weights.Count;

    /// <summary>Running statistics of batch norm as the plan sees them now.</summary>
    public ReadOnlySpan<float> Statistics => _statistics;

    /// <summary>Loss of each sample of the last call, nats.</summary>
    public ReadOnlySpan<float> Losses => _head.Losses(_input.Count);

    /// <summary>1 for each sample of the last call that was classified correctly, else 0.</summary>
    public ReadOnlySpan<byte> Hits => _head.Hits(_input.Count);

    /// <summary>Takes over the weights of a state.</summary>
    /// <exception cref="ArgumentException">The state has a weight where the mask has none.</exception>
    public void Load(NetworkState state)
    {
        PlanFit.Check(state, Network, _mask);
        _weights.Pack(state.Weights, _weights.Slab.Span);
        state.Statistics.CopyTo(_statistics);
        _weightsChanged = true;
    }

    /// <summary>Takes over a state that this plan packed, or another one for the same network, mask, batch and kernels.</summary>
    public void Load(PlanState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var packed = state as CpuPlanState ?? throw new ArgumentException("The state was packed by a plan of another backend.", nameof(state));
        if (packed.Weights.Length != StoredWeights || packed.Statistics.Length != _statistics.Length)
        {
            throw new ArgumentException($"The state was packed by a plan that stores {packed.Weights.Length} weights; this plan of {Network.Name} stores {StoredWeights}.", nameof(state));
        }

        packed.Weights.CopyTo(_weights.Slab.Span);
        packed.Statistics.CopyTo(_statistics);
        _weightsChanged = true;
    }

    /// <summary>A copy of a state for loading it often.</summary>
    /// <exception cref="ArgumentException">The state has a weight where the mask has none.</exception>
    public PlanState Pack(NetworkState state)
    {
        PlanFit.Check(state, Network, _mask);
        var weights = new float[StoredWeights];
        _weights.Pack(state.Weights, weights);
        return new CpuPlanState(weights, [.. state.Statistics]);
    }

    /// <summary>A copy of the weights and statistics as they are now.</summary>
    public NetworkState Save() => new(Network.Space, Weights.ToArray(), [.. _statistics]);

    /// <inheritdoc/>
    public void Save(NetworkState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (_weights.IsWhole) _weights.Slab.Span.CopyTo(state.Weights);
        else _weights.Unpack(_weights.Slab.Span, state.Weights);
        _statistics.CopyTo(state.Statistics.AsSpan());
    }

    /// <summary>Logit of class <paramref name="label"/> for sample <paramref name="sample"/> of the last call.</summary>
    public float Logit(int sample, int label)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sample, (uint)_input.Count, nameof(sample));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)label, (uint)Network.Classes, nameof(label));
        return _head.Logit(sample, label);
    }

    /// <summary>The class with the largest logit for a sample of the last call; of equal ones the first.</summary>
    public int Prediction(int sample)
    {
        var best = 0;
        for (var c = 1; c < Network.Classes; c++)
        {
            if (Logit(sample, c) > Logit(sample, best)) best = c;
        }

        return best;
    }

    /// <summary>Forward only: loss and hits of the first <paramref name="count"/> samples.</summary>
    /// <remarks>In a plan for training, batch norms normalise by the mini-batch here too, and leave their running statistics alone.</remarks>
    public BatchLoss Evaluate(int count) => Forward(count, withGradient: false, share: 0);

    /// <summary>Turns the samples into lanes. Needed before <see cref="EvaluateAgain"/> only; the other calls do it themselves.</summary>
    public void Prepare(int count) => _input.Prepare(count);

    /// <summary>Forward with other weights over the samples of the last <see cref="Prepare"/>.</summary>
    public BatchLoss EvaluateAgain() =>
        _input.Count > 0 ? ForwardPrepared(withGradient: false, share: 0) : throw new InvalidOperationException("Nothing was prepared that could be evaluated again.");

    /// <summary>One training step on the first <paramref name="count"/> samples with the mean loss as objective.</summary>
    /// <returns>Loss and hits before the update. If the loss is not finite, no weight has changed.</returns>
    public BatchLoss Step(int count, Optimizer optimizer, double rate)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (!_training) throw new InvalidOperationException("This plan was compiled for evaluation.");
        if (optimizer.Weights != StoredWeights)
        {
            throw new ArgumentException($"The optimiser is for {optimizer.Weights} weights; this plan of {Network.Name} trains {StoredWeights}. Let the plan make its optimiser.", nameof(optimizer));
        }

        var loss = Forward(count, withGradient: true, BatchNormLayer.Momentum);
        if (!double.IsFinite(loss.LossSum)) return loss;
        optimizer.BeginStep(rate);
        _passes.Backward(new GradientSink(_weights, optimizer, default));
        _weightsChanged = true;
        return loss;
    }

    /// <summary>Forward as in training, without a gradient: batch norms normalise by the mini-batch and take it into their running statistics.</summary>
    /// <param name="count">Samples.</param>
    /// <param name="share">Share of this mini-batch in the statistics: 1/n for the n-th of a cumulative mean.</param>
    public BatchLoss UpdateStatistics(int count, double share)
    {
        if (!_training) throw new InvalidOperationException("This plan was compiled for evaluation.");
        if (!(share is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "The share of a mini-batch in the running statistics lies above 0 and up to 1.");
        return Forward(count, withGradient: false, share);
    }

    /// <summary>Where dropout draws from: a stream and the epoch in it, which should be the step.</summary>
    public void SeedDropout(RandomStream stream, uint step)
    {
        foreach (var dropout in _passes.Dropouts) (dropout.Stream, dropout.Step) = (stream, step);
    }

    /// <summary>An optimiser for what this plan trains.</summary>
    public Optimizer CreateOptimizer(OptimizerSpec spec) => new(spec, StoredWeights);

    IOptimizer INetworkPlan.CreateOptimizer(OptimizerSpec spec) => CreateOptimizer(spec);

    BatchLoss INetworkPlan.Step(int count, IOptimizer optimizer, double rate) => Step(count, Own(optimizer), rate);

    IReadOnlyList<PassTiming> INetworkPlan.Profile(IOptimizer optimizer, double rate, int steps) => Profile(Own(optimizer), rate, steps);

    /// <inheritdoc/>
    public OptimizerState Save(IOptimizer optimizer)
    {
        var own = Own(optimizer);
        return new OptimizerState(Unpack(own.First), Unpack(own.Second), own.StepsTaken);
    }

    /// <inheritdoc/>
    public void Restore(IOptimizer optimizer, OptimizerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var own = Own(optimizer);
        Pack(state.First, own.First);
        Pack(state.Second, own.Second);
        own.StepsTaken = state.Steps;
    }

    /// <summary>One of an optimiser's state vectors with a number for every weight, zeros for those that are not trained; empty if it has none.</summary>
    public float[] Unpack(Slab state)
    {
        if (state.IsEmpty) return [];
        var all = new float[Network.Space.Count];
        _weights.Unpack(state.Span, all);
        return all;
    }

    /// <summary>The way back from <see cref="Unpack"/>.</summary>
    public void Pack(ReadOnlySpan<float> all, Slab state)
    {
        if (!state.IsEmpty) _weights.Pack(all, state.Span);
    }

    /// <summary>Gradient of the mean loss over the first <paramref name="count"/> samples, for every weight, pruned ones included.</summary>
    /// <exception cref="InvalidOperationException">The plan computes some gradients for the remaining weights only: it was not compiled with <see cref="KernelChoice.Dense"/>.</exception>
    public BatchLoss Gradient(int count, Span<float> gradient)
    {
        if (!_training) throw new InvalidOperationException("This plan was compiled for evaluation.");
        if (AnySparseGradient) throw new InvalidOperationException("This plan computes no gradients of pruned weights. Compile one with KernelChoice.Dense.");
        if (gradient.Length != Network.Space.Count)
        {
            throw new ArgumentException($"The gradient has {gradient.Length} elements; {Network.Name} has {Network.Space.Count} weights.", nameof(gradient));
        }

        var loss = Forward(count, withGradient: true, share: 0);
        _passes.Backward(new GradientSink(_weights, null, _gradient));
        _gradient.Span.CopyTo(gradient);
        return loss;
    }

    /// <summary>How many layers are computed sparsely.</summary>
    public SparseLayers SparseLayers
    {
        get
        {
            SparsePhases[] phases = [.. _weights.Parameters.Where(stored => stored.Parameter.Prunable).Select(stored => stored.Sparse)];
            return new SparseLayers(phases.Length, phases.Count(phase => phase.Forward), phases.Count(phase => phase.InputGradient), phases.Count(phase => phase.WeightGradient));
        }
    }

    /// <summary>Fraction of the multiply-adds of a dense step that this plan leaves out: those with pruned weights where kernels are sparse.</summary>
    public double SkippedArithmetic => _passes.SkippedArithmetic();

    /// <summary>The passes in words, in order.</summary>
    public IReadOnlyList<PassDescription> Describe() => _passes.Describe();

    /// <summary>Takes training steps on the samples as they are and times every phase of every pass.</summary>
    /// <param name="optimizer">Updates the weights.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="steps">Steps, of which the median counts.</param>
    public IReadOnlyList<PassTiming> Profile(Optimizer optimizer, double rate, int steps) => _passes.Profile(() => Step(Batch, optimizer, rate), steps);

    public void Dispose()
    {
        if (_ownsTeam) _team.Dispose();
        _arena.Dispose();
    }

    private static Optimizer Own(IOptimizer optimizer) => optimizer as Optimizer ?? throw new ArgumentException("The optimiser is not of this backend. Let the plan make its optimiser.", nameof(optimizer));

    private bool AnySparseGradient => _weights.Parameters.Any(stored => stored.Sparse.WeightGradient);

    private BatchLoss Forward(int count, bool withGradient, double share)
    {
        Prepare(count);
        return ForwardPrepared(withGradient, share);
    }

    private BatchLoss ForwardPrepared(bool withGradient, double share)
    {
        _head.CheckLabels(_input.Count);
        _passes.Forward(_input.Count, _weightsChanged || _training);
        _weightsChanged = false;
        var loss = _head.Run(_input.Count, withGradient);
        if (share > 0 && double.IsFinite(loss.LossSum)) _passes.UpdateStatistics(share);
        return loss;
    }
}
