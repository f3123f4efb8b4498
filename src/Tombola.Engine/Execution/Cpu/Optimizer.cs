using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu;

/// <summary>An optimiser at work on one weight vector: its constants, its state vectors and how many steps it took.</summary>
internal sealed class Optimizer : IOptimizer
{
    private readonly Arena _arena = new();
    private readonly OptimizerSpec _spec;
    private float _rate;

    /// <param name="spec">The update rule and its constants.</param>
    /// <param name="weights">Length of the weight vector.</param>
    /// <exception cref="ArgumentException">The rule divides by a root plus epsilon, and epsilon is not above zero in float32.</exception>
    public Optimizer(OptimizerSpec spec, int weights)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Kind != OptimizerKind.Sgd && !((float)spec.Epsilon > 0))
        {
            // A pruned weight has no gradient and no states; without epsilon it would become 0 / 0.
            throw new SettingException($"Epsilon is {spec.Epsilon}; {spec.Kind} needs it above zero (in float32).");
        }

        (_spec, Weights) = (spec, weights);
        var states = spec.Kind switch
        {
            OptimizerKind.Sgd => spec.Momentum == 0 ? 0 : 1,
            _ => 2,
        };
        First = _arena.Take(states >= 1 ? weights : 0);
        Second = _arena.Take(states >= 2 ? weights : 0);
    }

    /// <summary>Length of the weight vector.</summary>
    public int Weights { get; }

    /// <summary>Velocity, first moment or mean square; empty for plain descent.</summary>
    public Slab First { get; }

    /// <summary>Adam's second moment or RMSprop's velocity; else empty.</summary>
    public Slab Second { get; }

    /// <summary>Steps taken; Adam's bias correction depends on it.</summary>
    public long StepsTaken { get; set; }

    /// <inheritdoc/>
    public long Bytes => _arena.Bytes;

    /// <summary>Starts a step: every weight may be updated once before the next call.</summary>
    public void BeginStep(double rate)
    {
        _rate = (float)rate;
        StepsTaken++;
    }

    /// <summary>Updates a run of weights that starts at <paramref name="offset"/> in the weight vector.</summary>
    /// <param name="weights">The run.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="mask">Bits of the mask, or empty.</param>
    /// <param name="offset">Place of the run in the weight vector.</param>
    /// <param name="bit">Its place in the mask.</param>
    internal void Update(Span<float> weights, ReadOnlySpan<float> gradient, ReadOnlySpan<ulong> mask, int offset, int bit)
    {
        var first = First.IsEmpty ? default : First.Span.Slice(offset, weights.Length);
        var second = Second.IsEmpty ? default : Second.Span.Slice(offset, weights.Length);
        var decay = (float)_spec.WeightDecay;
        switch (_spec.Kind)
        {
            case OptimizerKind.Sgd when First.IsEmpty:
                UpdateKernel.Run(new PlainDescent(_rate, decay), weights, gradient, first, second, mask, bit);
                break;
            case OptimizerKind.Sgd:
                UpdateKernel.Run(new MomentumDescent(_rate, decay, (float)_spec.Momentum, _spec.Nesterov), weights, gradient, first, second, mask, bit);
                break;
            case OptimizerKind.Adam:
                var scaled = _rate / (1 - PortableMath.Power(_spec.Beta1, StepsTaken));
                var root = 1 / Math.Sqrt(1 - PortableMath.Power(_spec.Beta2, StepsTaken));
                var adam = new AdamDescent(
                    (float)scaled, decay, (float)_spec.Beta1, (float)(1 - _spec.Beta1), (float)_spec.Beta2, (float)(1 - _spec.Beta2), (float)root, (float)_spec.Epsilon);
                UpdateKernel.Run(adam, weights, gradient, first, second, mask, bit);
                break;
            default:
                var rms = new RootMeanSquareDescent(
                    _rate, decay, (float)_spec.Smoothing, (float)(1 - _spec.Smoothing), (float)_spec.Momentum, (float)_spec.Epsilon);
                UpdateKernel.Run(rms, weights, gradient, first, second, mask, bit);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();
}
