namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>What a convolution computes: K filters of C x R x R over maps of H x W, without the batch. Weights lie as <c>[K][C][R][R]</c>.</summary>
/// <param name="Inputs">C, channels of the input.</param>
/// <param name="Outputs">K, channels of the output.</param>
/// <param name="Kernel">R, rows and columns of a filter.</param>
/// <param name="Stride">Input pixels from one output pixel to the next, in both directions.</param>
/// <param name="Padding">Pixels of zeros around the input.</param>
/// <param name="InputRows">H.</param>
/// <param name="InputColumns">W.</param>
internal readonly record struct ConvolutionShape(int Inputs, int Outputs, int Kernel, int Stride, int Padding, int InputRows, int InputColumns)
{
    public int OutputRows => Along(InputRows);

    public int OutputColumns => Along(InputColumns);

    public int InputPixels => InputRows * InputColumns;

    public int OutputPixels => OutputRows * OutputColumns;

    /// <summary>Positions in a filter; tap <c>r * Kernel + s</c> is row r, column s.</summary>
    public int Taps => Kernel * Kernel;

    /// <summary>Number of weights.</summary>
    public int Weights => Outputs * Inputs * Taps;

    /// <summary>
    /// Along one direction, the output coordinates [From, To), of <paramref name="outputs"/>, for which <paramref name="tap"/> falls on one of
    /// <paramref name="inputs"/> input coordinates.
    /// </summary>
    public (int From, int To) Valid(int tap, int inputs, int outputs)
    {
        // output * Stride + tap - Padding lies in [0, inputs).
        var from = Math.Max(0, (Padding - tap + Stride - 1) / Stride);
        var last = inputs - 1 + Padding - tap;
        return (from, last < 0 ? from : Math.Max(from, Math.Min(outputs, (last / Stride) + 1)));
    }

    private int Along(int size) => ((size + (2 * Padding) - Kernel) / Stride) + 1;
}
