namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>The remaining weights of a convolution in the order in which <see cref="SparseKernel"/> takes them: <c>[target channel][tap][source channel]</c>.</summary>
/// <remarks>
/// Taps that serve the same phase of the target lie together, and within a phase columns before rows; so a part of the map that some rows of the filter do not
/// reach leaves out short ranges, and all else is one long one.
/// </remarks>
internal sealed class SparseIndex
{
    private readonly int[] _order;

    /// <param name="shape">The convolution.</param>
    /// <param name="remaining">Remaining weights in <c>[K][C / G][R][S]</c>, upwards.</param>
    /// <param name="compact">Whether the weights to pack are the remaining weights alone.</param>
    /// <param name="source">Layout of what is read.</param>
    /// <param name="backward">Whether the input's gradient is computed.</param>
    public SparseIndex(ConvolutionShape shape, int[] remaining, bool compact, LanePlanes source, bool backward)
    {
        Rows = new SparseAxis(shape.Window.Rows, shape.InputRows, shape.OutputRows, backward);
        Columns = new SparseAxis(shape.Window.Columns, shape.InputColumns, shape.OutputColumns, backward);
        (Targets, Sources) = backward ? (shape.Inputs, shape.Outputs) : (shape.Outputs, shape.Inputs);
        SourcePlane = source.PlaneStride;
        Taps =
        [
            .. from r in Enumerable.Range(0, shape.Window.Rows.Kernel)
               from s in Enumerable.Range(0, shape.Window.Columns.Kernel)
               let tap = (Row: Rows.Taps[r], Column: Columns.Taps[s])
               orderby tap.Column.Phase, tap.Row.Phase, s, r
               select (r * shape.Window.Columns.Kernel) + s,
        ];
        var ranks = new int[shape.Taps];
        for (var rank = 0; rank < Taps.Length; rank++) ranks[Taps[rank]] = rank;

        // Counting sort; what falls into one list stays in the order of its channels.
        Ends = new int[(Targets * shape.Taps) + 1];
        foreach (var weight in remaining) Ends[List(weight) + 1]++;
        for (var i = 1; i < Ends.Length; i++) Ends[i] += Ends[i - 1];
        var next = Ends.AsSpan(0, Targets * shape.Taps).ToArray();
        (_order, Offsets) = (new int[remaining.Length], new int[remaining.Length]);
        for (var n = 0; n < remaining.Length; n++)
        {
            Checked.That(remaining[n] >= 0 && remaining[n] < shape.Weights && (n == 0 || remaining[n] > remaining[n - 1]));
            var (filter, tap) = Math.DivRem(remaining[n], shape.Taps);
            var (output, input) = Channels(filter);
            var (r, s) = shape.Tap(tap);
            var pixel = (Rows.Taps[r].Shift * Columns.Sources) + Columns.Taps[s].Shift;
            var at = next[List(remaining[n])]++;
            Offsets[at] = ((backward ? output : input) * source.PlaneStride) + (pixel * LanePlanes.Lanes);
            _order[at] = compact ? n : remaining[n];
        }

        int List(int weight)
        {
            var (filter, tap) = Math.DivRem(weight, shape.Taps);
            var (output, input) = Channels(filter);
            return ((backward ? input : output) * shape.Taps) + ranks[tap];
        }

        // The channels that a pair [K][C / G] connects.
        (int Output, int Input) Channels(int filter)
        {
            var (output, input) = Math.DivRem(filter, shape.FilterInputs);
            return (output, shape.FirstInput(output) + input);
        }
    }

    /// <summary>Rows of source and target.</summary>
    public SparseAxis Rows { get; }

    /// <summary>Columns of source and target.</summary>
    public SparseAxis Columns { get; }

    /// <summary>Channels of the target.</summary>
    public int Targets { get; }

    /// <summary>Channels of the source.</summary>
    public int Sources { get; }

    /// <summary>Floats from a channel of the source to the next.</summary>
    public int SourcePlane { get; }

    /// <summary>The filter's taps in the order of the lists.</summary>
    public int[] Taps { get; }

    /// <summary>The list of target channel t and the i-th of <see cref="Taps"/> is Ends[j]..Ends[j + 1] for j = t * taps + i.</summary>
    public int[] Ends { get; }

    /// <summary>For each remaining weight, floats from the pixel of the source that step 0 of both directions stands at, in channel 0, to what it multiplies.</summary>
    public int[] Offsets { get; }

    /// <summary>The i-th of <see cref="Taps"/>.</summary>
    public (SparseTap Row, SparseTap Column) Tap(int i) => (Rows.Taps[Taps[i] / Columns.Taps.Length], Columns.Taps[Taps[i] % Columns.Taps.Length]);

    /// <summary>Multiply-adds for one lane.</summary>
    public long Executed()
    {
        var executed = 0L;
        for (var list = 0; list < Ends.Length - 1; list++)
        {
            var (row, column) = Tap(list % Taps.Length);
            executed += (long)(Ends[list + 1] - Ends[list]) * row.Steps * column.Steps;
        }

        return executed;
    }

    /// <summary>Brings the weights of target channels [<paramref name="from"/>, <paramref name="to"/>) into the order of the lists.</summary>
    /// <param name="weights">All weights, or the remaining weights alone.</param>
    /// <param name="factors">What each target channel's weights are multiplied with, or empty.</param>
    /// <param name="packed">All packed weights; the channels' part is written.</param>
    /// <param name="from">First channel.</param>
    /// <param name="to">Channel after the last.</param>
    public void Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> factors, Span<float> packed, int from, int to)
    {
        Checked.That(from >= 0 && to <= Targets);
        Checked.Covers(packed, 0, Ends[to * Taps.Length]);
        Checked.CoversIfAny(factors, 0, to);
        for (var target = from; target < to; target++)
        {
            var (first, end) = (Ends[target * Taps.Length], Ends[(target + 1) * Taps.Length]);
            var order = _order.AsSpan(first, end - first);
            var values = packed[first..end];
            for (var i = 0; i < order.Length; i++) values[i] = weights[order[i]];
            if (factors.IsEmpty) continue;
            var factor = factors[target];
            foreach (ref var value in values) value *= factor;
        }
    }
}
