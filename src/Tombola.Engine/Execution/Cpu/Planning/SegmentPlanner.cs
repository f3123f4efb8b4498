using Tombola.Engine.Execution.Cpu.Passes;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>Cuts the passes of a plan into segments, and decides which activations are computed again in the backward tasks instead of being kept.</summary>
/// <remarks>All of it follows from the network, its mask, the kernels chosen and the plan's batch; the groups of lane blocks decide the order of sums, and so the bits.</remarks>
internal sealed class SegmentPlanner
{
    /// <summary>Floats of an activation that go through a segment together: 2.5 MB.</summary>
    private const int GroupFloats = 640 << 10;

    /// <summary>All lane blocks go together where a convolution has more weights than this.</summary>
    private const int GroupWeights = 1 << 18;

    /// <summary>Groups there should be at least, for threads to take.</summary>
    private const int MinimumGroups = 4;

    private readonly Pass[] _passes;
    private readonly Activation _logits;
    private readonly bool _training;
    private readonly int _blocks;
    private readonly Dictionary<int, Pass[]> _recomputed;

    /// <param name="passes">All passes, in forward order.</param>
    /// <param name="logits">What the last one writes.</param>
    /// <param name="training">Whether there are backward tasks.</param>
    /// <param name="blocks">Lane blocks of a whole mini-batch.</param>
    public SegmentPlanner(Pass[] passes, Activation logits, bool training, int blocks)
    {
        (_passes, _logits, _training, _blocks) = (passes, logits, training, blocks);
        _recomputed = FindRecomputed();
        Forward = ForwardSegments();
        Backward = training ? BackwardSegments() : [];
    }

    public Segment[] Forward { get; }

    public Segment[] Backward { get; }

    /// <summary>Moment of the loss on the plan's clock: forward segments come before it, backward segments after it.</summary>
    public int Loss => Forward.Length;

    /// <summary>Moment after the last.</summary>
    public int End => Loss + Backward.Length + 1;

    /// <summary>When a pass runs.</summary>
    public Lifetime LifetimeOf(int pass)
    {
        var ahead = Find(Forward, PassTask.Forward);
        return new Lifetime(ahead, _training ? Loss + 1 + Find(Backward, PassTask.InputGradient) : ahead);

        int Find(Segment[] segments, PassTask task) => Array.FindIndex(segments, segment => segment.Each.Any(step => step.Index == pass && step.Task == task));
    }

    /// <summary>The segment at a moment.</summary>
    public Segment At(int moment) => moment < Loss ? Forward[moment] : Backward[moment - Loss - 1];

    /// <summary>Whether the output of a pass is computed again in the backward tasks.</summary>
    public bool IsRecomputed(Pass pass) => _recomputed.Values.Any(passes => passes.Contains(pass));

    /// <summary>The passes that read an activation or a view of it.</summary>
    public int[] ReadersOf(Activation activation) =>
        [.. Enumerable.Range(0, _passes.Length).Where(i => _passes[i].Inputs.Any(input => ReferenceEquals(input.Activation.Owner, activation)))];

    /// <summary>Forward, a segment begins with a batch norm (which has its moments by then) and ends before the next, whose sums it gathers.</summary>
    /// <remarks>In evaluation every pass is a segment: activations live a short time only, and whoever evaluates takes few samples at a time.</remarks>
    private Segment[] ForwardSegments()
    {
        var segments = new List<Segment>();
        var start = 0;
        for (var i = 0; i <= _passes.Length; i++)
        {
            if (i < _passes.Length && _training && !_passes[i].NeedsWholeBatch) continue;
            if (i < _passes.Length && !_training && i == start) continue;
            var members = Enumerable.Range(start, i - start).ToArray();
            var collects = i < _passes.Length && _passes[i].NeedsWholeBatch;
            segments.Add(new Segment(
                [.. members.Select(m => new Step(_passes[m], PassTask.PrepareForward, m, Phase.Forward))],
                [
                    .. members.Select(m => new Step(_passes[m], PassTask.Forward, m, Phase.Forward)),
                    .. collects ? [new Step(_passes[i], PassTask.CollectSums, i, Phase.Forward)] : Array.Empty<Step>(),
                ],
                collects ? [new Step(_passes[i], PassTask.JoinSums, i, Phase.Forward)] : [],
                Group([.. members.Select(m => _passes[m]), .. collects ? [_passes[i]] : Array.Empty<Pass>()])));
            start = i;
        }

        return [.. segments];
    }

    /// <summary>Backward, too, a segment begins with a batch norm and ends before the next.</summary>
    private Segment[] BackwardSegments()
    {
        var segments = new List<Segment>();
        var start = _passes.Length - 1;
        for (var i = _passes.Length - 1; i >= -1; i--)
        {
            if (i >= 0 && !_passes[i].NeedsWholeBatch) continue;
            var members = Enumerable.Range(i + 1, start - i).Reverse().ToArray();
            segments.Add(new Segment(
                [.. members.Select(m => new Step(_passes[m], PassTask.PrepareBackward, m, Phase.InputGradient))],
                [
                    .. members.SelectMany(m => (IEnumerable<Step>)
                    [
                        .. _recomputed.GetValueOrDefault(m, []).Select(earlier => new Step(earlier, PassTask.Forward, Array.IndexOf(_passes, earlier), Phase.Forward)),
                        new Step(_passes[m], PassTask.InputGradient, m, Phase.InputGradient),
                        new Step(_passes[m], PassTask.WeightGradient, m, Phase.WeightGradient),
                    ]),
                    .. i >= 0 ? [new Step(_passes[i], PassTask.CollectGradientSums, i, Phase.InputGradient)] : Array.Empty<Step>(),
                ],
                [
                    .. i >= 0 ? [new Step(_passes[i], PassTask.JoinGradientSums, i, Phase.InputGradient)] : Array.Empty<Step>(),
                    .. members.Select(m => new Step(_passes[m], PassTask.UpdateWeights, m, Phase.WeightGradient)),
                ],
                Group([.. members.Select(m => _passes[m]), .. i >= 0 ? [_passes[i]] : Array.Empty<Pass>()]))
            {
                Recomputed = [.. members.SelectMany(m => _recomputed.GetValueOrDefault(m, [])).Select(earlier => earlier.Output)],
            });
            start = i;
        }

        return [.. segments];
    }

    /// <summary>For each pass, the earlier ones whose outputs are computed again before its backward tasks.</summary>
    private Dictionary<int, Pass[]> FindRecomputed()
    {
        var result = new Dictionary<int, Pass[]>();
        foreach (var pass in _passes.Where(pass => _training && pass.CanRecompute && !ReferenceEquals(pass.Output, _logits)))
        {
            // What is computed again must not need what is computed again itself, nor be there for sums that are gathered a segment earlier.
            var readers = ReadersOf(pass.Output);
            if (_passes.Any(other => other.CanRecompute && ReferenceEquals(other.Output, pass.Inputs[0].Activation.Owner))) continue;
            if (readers.Any(reader => _passes[reader].NeedsWholeBatch && ReferenceEquals(_passes[reader].Inputs[0].Activation.Owner, pass.Output))) continue;
            if (!readers.Any(reader => pass.Output.Rectified || _passes[reader].ReadsInputsBackward)) continue;
            result[readers.Max()] = [.. result.GetValueOrDefault(readers.Max(), []), pass];
        }

        return result;
    }

    /// <summary>
    /// Lane blocks that go through a segment together: as many as keep its largest activation in the cache, but at least four groups for threads to take; all,
    /// where the weights are so many that fetching them again costs more, and in networks without maps.
    /// </summary>
    private int Group(Pass[] members)
    {
        if (!members.Any(pass => pass is ConvolutionPass or NormPass or TangentNormPass) || members.Any(pass => pass is ConvolutionPass { Weights: > GroupWeights })) return _blocks;
        var largest = members.SelectMany(pass => pass.Inputs.Select(input => input.Activation).Append(pass.Output)).Max(activation => activation.BlockStride);
        return Math.Clamp(Math.Min(GroupFloats / largest, _blocks / MinimumGroups), 1, _blocks);
    }
}
