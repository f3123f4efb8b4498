using System.Diagnostics;
using Tombola.Engine.Execution.Passes;

namespace Tombola.Engine.Execution;

/// <summary>Passes that a mini-batch goes through a few lane blocks at a time.</summary>
/// <param name="Passes">In the order of execution.</param>
/// <param name="Gathers">The batch norm whose sums are taken meanwhile, because it comes next and must have seen all samples before it starts; or null.</param>
/// <param name="Group">Lane blocks that go through together.</param>
internal sealed record Segment(int[] Passes, int? Gathers, int Group);

/// <summary>The passes of a plan in the order in which they run, forward and backward.</summary>
/// <remarks>
/// A layer after the other over a whole mini-batch would fetch every activation from memory again and again. So several layers run over a few lane
/// blocks, whose activations stay in the cache, before the next blocks have their turn. Only batch norm, which needs the whole mini-batch, ends such
/// a segment. The cut depends on shapes alone, hence so do the bits.
/// </remarks>
internal sealed class PassSequence
{
    private const int Phases = 3;

    private readonly Pass[] _passes;
    private readonly Segment[] _forward, _backward;
    private readonly NormPass[] _norms;
    private readonly Pass[][] _recomputed;
    private readonly bool _training;
    private long[]? _marks;
    private long _lastMark;
    private int _blocks;

    /// <param name="passes">All passes, in forward order.</param>
    /// <param name="forward">Forward segments.</param>
    /// <param name="backward">Backward segments; none without training.</param>
    /// <param name="recomputed">For each pass those whose outputs must be computed again before its backward phases.</param>
    public PassSequence(Pass[] passes, Segment[] forward, Segment[] backward, Pass[][] recomputed)
    {
        (_passes, _forward, _backward, _recomputed) = (passes, forward, backward, recomputed);
        _training = backward.Length > 0;
        _norms = [.. passes.OfType<NormPass>()];
        Dropouts = [.. passes.OfType<DropoutPass>()];
    }

    public DropoutPass[] Dropouts { get; }

    /// <summary>Runs the forward phases for <paramref name="count"/> samples.</summary>
    public void Forward(int count, bool weightsChanged)
    {
        if (_marks is not null) _lastMark = Stopwatch.GetTimestamp();
        foreach (var pass in _passes) pass.Begin(count, weightsChanged);
        foreach (var recomputed in _recomputed)
        {
            foreach (var pass in recomputed) pass.Output.Values = pass.Output.ForwardValues;
        }

        _blocks = _passes[0].Blocks;
        foreach (var segment in _forward)
        {
            foreach (var i in segment.Passes)
            {
                _passes[i].PrepareForward();
                Mark(i, Phase.Forward);
            }

            var gathers = segment.Gathers is { } g ? (NormPass)_passes[g] : null;
            for (var first = 0; first < _blocks; first += segment.Group)
            {
                var last = Math.Min(_blocks, first + segment.Group);
                foreach (var i in segment.Passes)
                {
                    _passes[i].Forward(first, last);
                    Mark(i, Phase.Forward);
                }

                gathers?.Gather(first, last);
                if (gathers is not null) Mark(segment.Gathers!.Value, Phase.Forward);
            }

            gathers?.EndGather();
        }
    }

    /// <summary>Runs the backward phases.</summary>
    public void Backward(GradientSink sink)
    {
        if (_marks is not null) _lastMark = Stopwatch.GetTimestamp();
        foreach (var segment in _backward)
        {
            foreach (var i in segment.Passes)
            {
                foreach (var earlier in _recomputed[i]) earlier.Output.Values = earlier.Output.BackwardValues;
                _passes[i].PrepareBackward();
                Mark(i, Phase.InputGradient);
            }

            var gathers = segment.Gathers is { } g ? (NormPass)_passes[g] : null;
            for (var first = 0; first < _blocks; first += segment.Group)
            {
                var last = Math.Min(_blocks, first + segment.Group);
                foreach (var i in segment.Passes)
                {
                    foreach (var earlier in _recomputed[i]) earlier.Forward(first, last);
                    _passes[i].InputGradient(first, last);
                    Mark(i, Phase.InputGradient);
                    _passes[i].WeightGradient(first, last);
                    Mark(i, Phase.WeightGradient);
                }

                gathers?.GatherGradient(first, last);
                if (gathers is not null) Mark(segment.Gathers!.Value, Phase.InputGradient);
            }

            gathers?.EndGatherGradient();
            foreach (var i in segment.Passes)
            {
                _passes[i].FinishBackward(sink);
                Mark(i, Phase.WeightGradient);
            }
        }
    }

    /// <summary>Takes the moments of the last mini-batch into the running statistics.</summary>
    public void UpdateStatistics(double share)
    {
        foreach (var norm in _norms) norm.UpdateStatistics(share);
    }

    /// <summary>The passes in words.</summary>
    public IReadOnlyList<PassDescription> Describe() =>
        [.. _passes.Select(pass => new PassDescription(
            pass.Layers, pass.Output.Shape, pass.Kernel, _training ? pass.KernelOf(Phase.InputGradient) : null, _training ? pass.KernelOf(Phase.WeightGradient) : null))];

    /// <summary>Times every phase of every pass.</summary>
    /// <param name="step">Takes one training step.</param>
    /// <param name="steps">Steps, of which the median counts.</param>
    public IReadOnlyList<PassTiming> Profile(Action step, int steps)
    {
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
               let kernel = _passes[i].KernelOf(phase)
               where kernel is not null
               select new PassTiming(
                   _passes[i].Layers, _passes[i].Output.Shape, phase, kernel, times[(i * Phases) + (int)phase].Order().ElementAt(steps / 2), _passes[i].WorkOf(phase)),
        ];
    }

    /// <summary>While profiling, books the time since the last call.</summary>
    private void Mark(int pass, Phase phase)
    {
        if (_marks is null) return;
        var now = Stopwatch.GetTimestamp();
        _marks[(pass * Phases) + (int)phase] += now - _lastMark;
        _lastMark = now;
    }
}
