using Tombola.Engine.Memory;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>One step of a plan: a layer, or several that were fused. Its work comes as tasks on a few lane blocks at a time.</summary>
/// <param name="output">What it writes.</param>
/// <param name="inputs">What it reads.</param>
internal abstract class Pass(Activation output, params Source[] inputs)
{
    public Activation Output { get; } = output;

    public Source[] Inputs { get; } = inputs;

    /// <summary>Names of the layers it computes.</summary>
    public required string Layers { get; init; }

    /// <summary>What computes the forward phase, in words.</summary>
    public abstract string Kernel { get; }

    /// <summary>The weights that it multiplies with, or null.</summary>
    public virtual StoredParameter? Multiplier => null;

    /// <summary>Whether the output changes along a direction of the weights.</summary>
    public virtual bool MakesTangent => Multiplier is not null || Inputs.Any(input => input.Activation.HasTangent);

    /// <summary>Whether the backward phases read the values of the inputs.</summary>
    public virtual bool ReadsInputsBackward => false;

    /// <summary>Whether they read the values of the output.</summary>
    public virtual bool ReadsOutputBackward => false;

    /// <summary>
    /// Whether a second forward task may compute the output again from inputs that are kept anyway. Then it is not kept: writing megabytes to memory,
    /// to read them back much later, takes longer.
    /// </summary>
    public virtual bool CanRecompute => false;

    /// <summary>Whether the end of the backward tasks reads the inputs once more.</summary>
    public virtual bool UpdateReadsInput => false;

    /// <summary>Whether the sums of the whole mini-batch must be there before it can write anything.</summary>
    public virtual bool NeedsWholeBatch => false;

    /// <summary>Whether the gradient of the first input may lie where the gradient of the output lies.</summary>
    public virtual bool GradientInPlace => false;

    /// <summary>Lane blocks of the current mini-batch.</summary>
    public int Blocks => (Count + Output.Lanes - 1) / Output.Lanes;

    /// <summary>Samples of the current mini-batch.</summary>
    protected int Count { get; private set; }

    /// <summary>Whether weights or statistics may have changed since the last forward phase.</summary>
    protected bool WeightsChanged { get; private set; }

    /// <summary>Where gradients of weights go.</summary>
    protected GradientSink Sink { get; private set; }

    /// <summary>Whether anybody wants the gradient of an input.</summary>
    protected bool WantsInputGradient
    {
        get
        {
            foreach (var input in Inputs)
            {
                if (input.WantsGradient) return true;
            }

            return false;
        }
    }

    /// <summary>Whether anybody wants the gradient of an input, or the tangent of it.</summary>
    protected bool Wants(bool tangent)
    {
        foreach (var input in Inputs)
        {
            if (!input.Activation.GradientOrItsTangent(tangent).IsEmpty) return true;
        }

        return false;
    }

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

    /// <summary>Asks for memory besides activations.</summary>
    /// <param name="planner">Takes the requests.</param>
    /// <param name="moments">When the pass runs.</param>
    /// <param name="crew">Who will run it.</param>
    public virtual void Reserve(ArenaPlanner planner, Lifetime moments, Crew crew)
    {
    }

    /// <summary>A new mini-batch comes.</summary>
    public void Begin(int count, bool weightsChanged) => (Count, WeightsChanged) = (count, weightsChanged);

    /// <summary>The backward tasks come.</summary>
    public void BeginBackward(GradientSink sink) => Sink = sink;

    /// <summary>Stages of a task on so many lane blocks: parts of one stage may run at the same time, stages follow each other. 0 if there is nothing to do.</summary>
    public abstract int Stages(PassTask task, int blocks);

    /// <summary>Whether a task that is done once is so small that calling the team together would take longer.</summary>
    public virtual bool IsSmall(PassTask task) => false;

    /// <summary>Does a share of a stage of a task.</summary>
    public abstract void Run(PassTask task, int stage, in Share share);

    /// <summary>Elements of an activation of the whole mini-batch.</summary>
    protected static long Elements(Activation activation) => (long)activation.Shape.Count * activation.Lanes * activation.Blocks;

    /// <summary>Samples in a lane block of the current mini-batch; the lanes beyond them count for nothing.</summary>
    protected int SamplesIn(int block) => Math.Min(Output.Lanes, Count - (block * Output.Lanes));
}

/// <summary>The work of a pass. Those on some lane blocks may run for different ones at the same time; the others are done once for all of them.</summary>
internal enum PassTask
{
    /// <summary>Once, before <see cref="Forward"/>: packing weights.</summary>
    PrepareForward,

    /// <summary>The output of some lane blocks.</summary>
    Forward,

    /// <summary>Sums over some lane blocks that <see cref="Forward"/> needs over all.</summary>
    CollectSums,

    /// <summary>Once, after <see cref="CollectSums"/>.</summary>
    JoinSums,

    /// <summary>Once, before <see cref="InputGradient"/>: packing weights.</summary>
    PrepareBackward,

    /// <summary>The inputs' gradients of some lane blocks.</summary>
    InputGradient,

    /// <summary>What some lane blocks contribute to the gradient of the weights.</summary>
    WeightGradient,

    /// <summary>Sums over some lane blocks that <see cref="InputGradient"/> needs over all.</summary>
    CollectGradientSums,

    /// <summary>Once, after <see cref="CollectGradientSums"/>.</summary>
    JoinGradientSums,

    /// <summary>Once, at the end: the gradient of the weights, which may change now.</summary>
    UpdateWeights,
}

/// <summary>A share of a task.</summary>
/// <param name="First">First lane block.</param>
/// <param name="End">Lane block after the last.</param>
/// <param name="Group">Number of this group of lane blocks: sums of different groups are kept apart.</param>
/// <param name="Member">Whose scratch memory to use: several shares of one task have one in common where the stage says so.</param>
/// <param name="Index">Which share of the task.</param>
/// <param name="Of">Shares there are.</param>
internal readonly record struct Share(int First, int End, int Group, int Member, int Index, int Of)
{
    public int Blocks => End - First;

    /// <summary>Which of <paramref name="count"/> items belong to this share.</summary>
    public (int From, int To) Part(int count) => ((int)((long)count * Index / Of), (int)((long)count * (Index + 1) / Of));
}

/// <summary>Who runs a pass.</summary>
/// <param name="Members">Threads.</param>
/// <param name="Groups">Groups of lane blocks into which backward tasks are cut.</param>
internal readonly record struct Crew(int Members, int Groups);

/// <summary>An input of a pass.</summary>
/// <param name="Activation">What is read.</param>
/// <param name="Accumulate">Whether another pass has written to its gradient before, so that this one must add.</param>
internal readonly record struct Source(Activation Activation, bool Accumulate)
{
    /// <summary>Whether anybody wants the gradient.</summary>
    public bool WantsGradient => !Activation.Gradient.IsEmpty || !Activation.GradientTangent.IsEmpty;
}

/// <summary>When a pass runs, on the plan's clock, whose ticks are segments: forward ones, then the loss, then backward ones.</summary>
/// <param name="Forward">Moment of the forward phase.</param>
/// <param name="Backward">Moment of the backward phases; of the forward phase if there is no training.</param>
internal readonly record struct Lifetime(int Forward, int Backward);
