namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>The three products of a linear layer of whose weights W <c>[K][C]</c> single ones remain, wherever they stand.</summary>
/// <remarks>
/// The index structures are made once, for one mask. Outputs and inputs are divided in strips; every strip's results are the same however strips are divided.
/// </remarks>
internal sealed class SparseLinear
{
    /// <summary>Remaining weights of a strip, 160 KB of gradients, so that they are still in the second-level cache when the optimiser reads them.</summary>
    private const int RemainingPerStrip = 40_000;

    private readonly SparseRows _rows;
    private readonly SparseRows? _columns;
    private readonly int[] _order = [];

    /// <param name="inputs">C.</param>
    /// <param name="outputs">K.</param>
    /// <param name="remaining">Ascending indices of the remaining weights.</param>
    /// <param name="lanes">16, 32 or 64.</param>
    /// <param name="members">Threads that divide the work.</param>
    /// <param name="backward">Whether <see cref="InputGradient"/> will be asked for.</param>
    public SparseLinear(int inputs, int outputs, int[] remaining, int lanes, int members, bool backward)
    {
        var strips = members * Math.Max(1, (int)Math.Round((double)remaining.Length / members / RemainingPerStrip));
        _rows = new SparseRows(outputs, inputs, remaining, lanes, strips);

        if (!backward) return;
        var transposed = new int[remaining.Length];
        _order = new int[remaining.Length];
        for (var n = 0; n < remaining.Length; n++)
        {
            var (k, c) = Math.DivRem(remaining[n], inputs);
            (transposed[n], _order[n]) = ((c * outputs) + k, n);
        }

        Array.Sort(transposed, _order);
        _columns = new SparseRows(inputs, outputs, transposed, lanes, members);
    }

    /// <summary>Strips of outputs.</summary>
    public int Strips => _rows.Cuts.Length - 1;

    /// <summary>Floats that <see cref="PackBackward"/> fills.</summary>
    public int PackedBackwardFloats => _order.Length;

    /// <summary>The outputs of one of <paramref name="of"/> shares, or of one strip of all <see cref="Strips"/>.</summary>
    public (int From, int To) Rows(int index, int of) => _rows.Part(index, of);

    /// <summary>The inputs of one of <paramref name="of"/> shares.</summary>
    public (int From, int To) Columns(int index, int of) => _columns!.Part(index, of);

    /// <summary>The remaining weights of outputs [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public (int From, int To) RemainingOf(int from, int to) => (_rows.Starts[from], _rows.Starts[to]);

    /// <summary>Numbers [<paramref name="from"/>, <paramref name="to"/>) of the remaining weights column by column, for <see cref="InputGradient"/>.</summary>
    public void PackBackward(ReadOnlySpan<float> weights, Span<float> packed, int from, int to)
    {
        for (var n = from; n < to; n++) packed[n] = weights[_order[n]];
    }

    /// <summary>Y = W X + bias, rectified if asked, for some outputs of one lane block.</summary>
    /// <param name="values">The remaining weights.</param>
    /// <param name="x">X [C][lanes].</param>
    /// <param name="bias">[K].</param>
    /// <param name="rectify">Whether negative values become zero.</param>
    /// <param name="y">Y [K][lanes].</param>
    /// <param name="from">First output of a strip.</param>
    /// <param name="to">Output after the last of a strip.</param>
    /// <param name="accumulate">Whether the sums go on from what Y holds.</param>
    public void Forward(ReadOnlySpan<float> values, ReadOnlySpan<float> x, ReadOnlySpan<float> bias, bool rectify, Span<float> y, int from, int to, bool accumulate = false) =>
        SparseProductKernel.Multiply(_rows, values, x, y, from, to, accumulate, new Epilogue { Bias = bias, Rectify = rectify });

    /// <summary>dX = W' dY for some inputs of one lane block.</summary>
    /// <param name="packed">What <see cref="PackBackward"/> made.</param>
    /// <param name="gradient">dY [K][lanes].</param>
    /// <param name="gate">X [C][lanes] if it is rectified, or empty: where it is not positive, dX becomes zero.</param>
    /// <param name="accumulate">Whether the sums go on from what dX holds.</param>
    /// <param name="result">dX [C][lanes].</param>
    /// <param name="from">First input of a strip.</param>
    /// <param name="to">Input after the last of a strip.</param>
    public void InputGradient(
        ReadOnlySpan<float> packed, ReadOnlySpan<float> gradient, ReadOnlySpan<float> gate, bool accumulate, Span<float> result, int from, int to) =>
        SparseProductKernel.Multiply(_columns!, packed, gradient, result, from, to, accumulate, new Epilogue { Gate = gate });

    /// <summary>dW of the remaining weights of some outputs, in the order of <c>remaining</c>, summed over all lane blocks.</summary>
    /// <param name="gradient">dY [blocks][K][lanes], zero in lanes beyond the batch.</param>
    /// <param name="gradientStride">Floats from a block of dY to the next.</param>
    /// <param name="x">X [blocks][C][lanes].</param>
    /// <param name="xStride">Floats from a block of X to the next.</param>
    /// <param name="blocks">Blocks.</param>
    /// <param name="result">As many floats as <see cref="RemainingOf"/> says.</param>
    /// <param name="from">First output of a strip.</param>
    /// <param name="to">Output after the last of a strip.</param>
    public void WeightGradient(
        ReadOnlySpan<float> gradient, int gradientStride, ReadOnlySpan<float> x, int xStride, int blocks, Span<float> result, int from, int to) =>
        SparseRowGradientKernel.Run(_rows, gradient, gradientStride, x, xStride, blocks, result, from, to);
}
