using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Passes;

/// <summary>One step of a plan: a layer, or several that were fused. Its phases run over a few lane blocks at a time.</summary>
/// <param name="team">The threads that share it.</param>
/// <param name="output">What it writes.</param>
/// <param name="inputs">What it reads.</param>
internal abstract class Pass(ThreadTeam team, Activation output, params Source[] inputs)
{
    public Activation Output { get; } = output;

    public Source[] Inputs { get; } = inputs;

    /// <summary>Names of the layers it computes.</summary>
    public required string Layers { get; init; }

    /// <summary>What computes the forward phase, in words.</summary>
    public abstract string Kernel { get; }

    /// <summary>Whether the backward phases read the values of the inputs.</summary>
    public virtual bool ReadsInputsBackward => false;

    /// <summary>Whether they read the values of the output.</summary>
    public virtual bool ReadsOutputBackward => false;

    /// <summary>
    /// Whether a second forward phase may compute the output again from inputs that are kept anyway. Then it is not kept: writing megabytes to memory, to read them back much later,
    /// takes longer.
    /// </summary>
    public virtual bool CanRecompute => false;

    /// <summary>Whether the gradient of the first input may lie where the gradient of the output lies.</summary>
    public virtual bool GradientInPlace => false;

    protected ThreadTeam Team { get; } = team;

    /// <summary>Samples of the current call.</summary>
    protected int Count { get; private set; }

    /// <summary>Lane blocks of the current call.</summary>
    public int Blocks => (Count + Output.Lanes - 1) / Output.Lanes;

    /// <summary>First lane block of the current phase.</summary>
    protected int FirstBlock { get; private set; }

    /// <summary>Lane block after the last of the current phase.</summary>
    protected int EndBlock { get; private set; }

    /// <summary>What computes a phase, in words; null if there is nothing to do.</summary>
    public virtual string? KernelOf(Phase phase) => phase switch
    {
        Phase.Forward => Kernel,
        Phase.InputGradient when WantsInputGradient => Kernel,
        _ => null,
    };

    /// <summary>What a phase has to do for a whole mini-batch. By default as element-wise passes do: one operation for each element it touches.</summary>
    public virtual PassWork WorkOf(Phase phase)
    {
        if (phase == Phase.WeightGradient) return default;
        var elements = (double)Elements(Output) + Inputs.Sum(input => (double)Elements(input.Activation));
        return new PassWork(elements, elements, elements * sizeof(float));
    }

    /// <summary>Asks for memory besides activations. Moments are those of the plan.</summary>
    public virtual void Reserve(ArenaPlanner planner, Moments moments)
    {
    }

    /// <summary>Whether weights or statistics may have changed since the last forward phase.</summary>
    protected bool WeightsChanged { get; private set; }

    /// <summary>A new mini-batch comes.</summary>
    public void Begin(int count, bool weightsChanged) => (Count, WeightsChanged) = (count, weightsChanged);

    /// <summary>Before the forward phase: what it does once for all lane blocks.</summary>
    public virtual void PrepareForward()
    {
    }

    /// <summary>Computes the output for lane blocks [<paramref name="first"/>, <paramref name="end"/>).</summary>
    public void Forward(int first, int end)
    {
        (FirstBlock, EndBlock) = (first, end);
        Forward();
    }

    /// <summary>Before the backward phases: what they do once for all lane blocks.</summary>
    public virtual void PrepareBackward()
    {
    }

    /// <summary>From the output's gradient those of the inputs.</summary>
    public void InputGradient(int first, int end)
    {
        (FirstBlock, EndBlock) = (first, end);
        InputGradient();
    }

    /// <summary>Adds to the gradient of the pass's own weights what these lane blocks contribute.</summary>
    public void WeightGradient(int first, int end)
    {
        (FirstBlock, EndBlock) = (first, end);
        WeightGradient();
    }

    /// <summary>After all lane blocks: delivers the gradient of the pass's own weights, which may change now.</summary>
    public virtual void FinishBackward(GradientSink sink)
    {
    }

    protected abstract void Forward();

    protected virtual void InputGradient()
    {
    }

    protected virtual void WeightGradient()
    {
    }

    /// <summary>Whether anybody wants the gradient of an input.</summary>
    protected bool WantsInputGradient => Inputs.Any(input => input.WantsGradient);

    /// <summary>Elements of an activation of the whole mini-batch.</summary>
    protected static long Elements(Activation activation) => (long)activation.Shape.Count * activation.Lanes * activation.Blocks;

    /// <summary>Samples in a lane block of the current call; the lanes beyond them count for nothing.</summary>
    protected int SamplesIn(int block) => Math.Min(Output.Lanes, Count - (block * Output.Lanes));
}

/// <summary>An input of a pass.</summary>
/// <param name="Activation">What is read.</param>
/// <param name="Accumulate">Whether another pass has written to its gradient before, so that this one must add.</param>
internal readonly record struct Source(Activation Activation, bool Accumulate)
{
    /// <summary>Whether anybody wants the gradient.</summary>
    public bool WantsGradient => !Activation.Gradient.IsEmpty;
}

/// <summary>When a pass runs, on the plan's clock, whose ticks are segments: forward ones, then the loss, then backward ones.</summary>
/// <param name="Forward">Moment of the forward phase.</param>
/// <param name="Backward">Moment of the backward phases; of the forward phase if there is no training.</param>
internal readonly record struct Moments(int Forward, int Backward);
