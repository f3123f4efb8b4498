using System.Diagnostics;
using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Memory;

namespace Tombola.Engine.Execution.Cpu;

/// <summary>A task of a pass in a <see cref="Segment"/>.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Task">The task.</param>
/// <param name="Index">Place of the pass in the sequence.</param>
/// <param name="Phase">What its time counts as.</param>
internal sealed record Step(Pass Pass, PassTask Task, int Index, Phase Phase);

/// <summary>Tasks that a mini-batch goes through a few lane blocks at a time.</summary>
/// <param name="Before">Done once, at first.</param>
/// <param name="Each">Done for one group of lane blocks after the other.</param>
/// <param name="After">Done once, at last.</param>
/// <param name="Group">Lane blocks in a group.</param>
internal sealed record Segment(Step[] Before, Step[] Each, Step[] After, int Group)
{
    /// <summary>Groups of so many lane blocks; the last may have fewer.</summary>
    public int Groups(int blocks) => (blocks + Group - 1) / Group;

    /// <summary>Activations whose values <see cref="Each"/> computes a second time.</summary>
    public Activation[] Recomputed { get; init; } = [];
}

/// <summary>The tasks of a plan's passes in the order in which they run, forward and backward.</summary>
/// <remarks>
/// A layer after the other over a whole mini-batch would fetch every activation from memory again and again. So several layers run over a few lane
/// blocks, whose activations stay in the cache, before the next blocks have their turn. Only batch norm, which needs the whole mini-batch, ends such a
/// segment; the next one goes through the groups the other way round, for the last ones are in the cache still. Normalised activations are not kept for
/// the backward tasks but computed again there, lane block by lane block, in a place of their own; that is why the values of an activation may lie in one
/// place forward and in another backward. Threads take a group of lane blocks each; where there are fewer groups than threads, they share every task. Sums
/// of groups are kept apart and added in order: the bits depend on the groups, which follow from the network and the plan's batch, and not on threads.
/// </remarks>
internal sealed class PassSequence
{
    private const int Phases = 3;

    private readonly Pass[] _passes;
    private readonly Segment[] _forward, _backward;
    private readonly NormPass[] _norms;
    private readonly ThreadTeam _team;
    private readonly Action<int> _shareTask, _takeGroups;
    private long[]? _marks;
    private long _lastMark;
    private int _blocks, _stage;
    private bool _descending;
    private Segment? _segment;
    private Step? _step;
    private Share _whole;

    /// <param name="passes">All passes, in forward order.</param>
    /// <param name="forward">Forward segments.</param>
    /// <param name="backward">Backward segments; none without training.</param>
    /// <param name="team">The threads.</param>
    public PassSequence(Pass[] passes, Segment[] forward, Segment[] backward, ThreadTeam team)
    {
        (_passes, _forward, _backward, _team) = (passes, forward, backward, team);
        _norms = [.. passes.OfType<NormPass>()];
        Dropouts = [.. passes.OfType<DropoutPass>()];
        (_shareTask, _takeGroups) = (ShareTask, TakeGroups);
    }

    public DropoutPass[] Dropouts { get; }

    /// <summary>Runs the forward tasks for <paramref name="count"/> samples.</summary>
    public void Forward(int count, bool weightsChanged)
    {
        foreach (var pass in _passes) pass.Begin(count, weightsChanged);
        foreach (var segment in _backward)
        {
            foreach (var activation in segment.Recomputed) activation.Values = activation.ForwardValues;
        }

        Run(_forward);
    }

    /// <summary>Runs the backward tasks.</summary>
    public void Backward(GradientSink sink)
    {
        foreach (var pass in _passes) pass.BeginBackward(sink);
        Run(_backward);
    }

    /// <summary>Takes the moments of the last mini-batch into the running statistics.</summary>
    public void UpdateStatistics(double share)
    {
        foreach (var norm in _norms) norm.UpdateStatistics(share);
    }

    /// <summary>Fraction of the multiply-adds of a dense step that sparse kernels leave out.</summary>
    public double SkippedArithmetic()
    {
        var (all, skipped) = (0.0, 0.0);
        foreach (var pass in _passes)
        {
            if (pass.Multiplier is not { } weights) continue;
            Count(pass, Phase.Forward, weights.Sparse.Forward);
            if (Backward(pass, Phase.InputGradient) is not null) Count(pass, Phase.InputGradient, weights.Sparse.InputGradient);
            if (Backward(pass, Phase.WeightGradient) is not null) Count(pass, Phase.WeightGradient, weights.Sparse.WeightGradient);
        }

        return skipped == 0 ? 0 : skipped / all;

        void Count(Pass pass, Phase phase, bool sparse)
        {
            var flops = pass.WorkOf(phase).Flops;
            all += flops;
            if (sparse) skipped += flops * (1 - pass.Multiplier!.Density);
        }
    }

    /// <summary>The passes in words.</summary>
    public IReadOnlyList<PassDescription> Describe() => [.. _passes.Select(pass => new PassDescription(
        pass.Layers, pass.Output.Shape, pass.Kernel, Backward(pass, Phase.InputGradient), Backward(pass, Phase.WeightGradient)))];

    /// <summary>Times every phase of every pass. Of a team of one only: otherwise phases overlap.</summary>
    /// <param name="step">Takes one training step.</param>
    /// <param name="steps">Steps, of which the median counts.</param>
    public IReadOnlyList<PassTiming> Profile(Action step, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (_team.Size > 1) throw new InvalidOperationException("A plan with several threads cannot be profiled.");
        var times = new double[_passes.Length * Phases][];
        for (var i = 0; i < times.Length; i++) times[i] = new double[steps];
        _marks = new long[times.Length];
        try
        {
            for (var s = 0; s < steps; s++)
            {
                Array.Clear(_marks);
                step();
                for (var i = 0; i < times.Length; i++) times[i][s] = (double)_marks[i] / Stopwatch.Frequency;
            }
        }
        finally
        {
            _marks = null;
        }

        return
        [
            .. from i in Enumerable.Range(0, _passes.Length)
               from phase in Enum.GetValues<Phase>()
               let kernel = phase == Phase.Forward ? _passes[i].Kernel : Backward(_passes[i], phase)
               where kernel is not null
               select new PassTiming(
                   _passes[i].Layers, _passes[i].Output.Shape, phase, kernel, times[(i * Phases) + (int)phase].Order().ElementAt(steps / 2), _passes[i].WorkOf(phase)),
        ];
    }

    private string? Backward(Pass pass, Phase phase) => _backward.Length > 0 ? pass.KernelOf(phase) : null;

    private void Run(Segment[] segments)
    {
        _blocks = _passes[0].Blocks;
        if (_marks is not null) _lastMark = Stopwatch.GetTimestamp();
        foreach (var segment in segments)
        {
            foreach (var activation in segment.Recomputed) activation.Values = activation.BackwardValues;
            var groups = segment.Groups(_blocks);
            foreach (var step in segment.Before) Do(step, 0, _blocks, groups);
            if (groups >= _team.Size && _team.Size > 1)
            {
                _segment = segment;
                _team.Run(_takeGroups);
            }
            else
            {
                for (var i = 0; i < groups; i++)
                {
                    var group = _descending ? groups - 1 - i : i;
                    foreach (var step in segment.Each) Do(step, group * segment.Group, Math.Min(_blocks, (group + 1) * segment.Group), group);
                }
            }

            _descending = !_descending;

            foreach (var step in segment.After) Do(step, 0, _blocks, groups);
        }
    }

    /// <summary>The team shares a task.</summary>
    private void Do(Step step, int first, int end, int group)
    {
        var stages = step.Pass.Stages(step.Task, end - first);
        var alone = _team.Size == 1 || step.Pass.IsSmall(step.Task);
        (_step, _whole) = (step, new Share(first, end, group, 0, 0, alone ? 1 : _team.Size));
        for (_stage = 0; _stage < stages; _stage++)
        {
            if (alone)
            {
                ShareTask(0);
            }
            else
            {
                _team.Run(_shareTask);
            }
        }

        if (_marks is null) return;
        var now = Stopwatch.GetTimestamp();
        _marks[(step.Index * Phases) + (int)step.Phase] += now - _lastMark;
        _lastMark = now;
    }

    private void ShareTask(int member) => _step!.Pass.Run(_step.Task, _stage, _whole with { Member = member, Index = member });

    /// <summary>Takes every so manieth group through all its tasks.</summary>
    private void TakeGroups(int member)
    {
        var segment = _segment!;
        var (groups, size) = (segment.Groups(_blocks), _team.Size);
        var count = (groups - member + size - 1) / size;
        for (var i = 0; i < count; i++)
        {
            var group = member + ((_descending ? count - 1 - i : i) * size);
            var share = new Share(group * segment.Group, Math.Min(_blocks, (group + 1) * segment.Group), group, member, 0, 1);
            foreach (var step in segment.Each)
            {
                var stages = step.Pass.Stages(step.Task, share.Blocks);
                for (var stage = 0; stage < stages; stage++) step.Pass.Run(step.Task, stage, share);
            }
        }
    }
}
