using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>What a convolution computes: K filters of C / G x R x S over maps of H x W, without the batch. Weights lie as <c>[K][C / G][R][S]</c>.</summary>
/// <param name="Inputs">C, channels of the input.</param>
/// <param name="Outputs">K, channels of the output.</param>
/// <param name="Window">R and S, rows and columns of a filter, with strides and paddings.</param>
/// <param name="InputRows">H.</param>
/// <param name="InputColumns">W.</param>
/// <param name="Groups">G: filters of the i-th K / G read the i-th C / G channels only.</param>
internal readonly record struct ConvolutionShape(int Inputs, int Outputs, Window Window, int InputRows, int InputColumns, int Groups = 1)
{
    /// <summary>Outputs or inputs of a group below which the register tiles of dense kernels stay mostly empty.</summary>
    private const int NarrowGroup = 8;

    /// <summary>Taps that the lists of the sparse kernels can number.</summary>
    private const int MostSparseTaps = 1024;

    /// <summary>Square filters that read all channels.</summary>
    public ConvolutionShape(int inputs, int outputs, int kernel, int stride, int padding, int inputRows, int inputColumns)
        : this(inputs, outputs, Window.Square(kernel, stride, padding), inputRows, inputColumns)
    {
    }

    public int OutputRows => Window.Rows.Outputs(InputRows);

    public int OutputColumns => Window.Columns.Outputs(InputColumns);

    public int InputPixels => InputRows * InputColumns;

    public int OutputPixels => OutputRows * OutputColumns;

    /// <summary>Positions in a filter; tap <c>r * S + s</c> is row r, column s.</summary>
    public int Taps => Window.Taps;

    /// <summary>C / G, channels that a filter reads.</summary>
    public int FilterInputs => Inputs / Groups;

    /// <summary>K / G, filters that read the same channels.</summary>
    public int GroupOutputs => Outputs / Groups;

    /// <summary>Number of weights.</summary>
    public int Weights => Outputs * FilterInputs * Taps;

    /// <summary>Filters for people: <c>3x3</c>, <c>3x3 in 8 groups</c>.</summary>
    public string Filters => Groups == 1 ? Window.Size : FormattableString.Invariant($"{Window.Size} in {Groups} groups");

    /// <summary>Whether the sparse kernels can compute it.</summary>
    public bool CanBeSparse => Taps <= MostSparseTaps;

    /// <summary>
    /// Whether its groups are so narrow, depthwise ones first of all, that the sparse kernels compute it with all its weights: they fill their registers with pixels of
    /// one filter, dense kernels with filters.
    /// </summary>
    public bool HasNarrowGroups => Groups > 1 && Math.Min(FilterInputs, GroupOutputs) < NarrowGroup && CanBeSparse;

    /// <summary>The convolution of one group.</summary>
    public ConvolutionShape OfGroup => this with { Inputs = FilterInputs, Outputs = GroupOutputs, Groups = 1 };

    /// <summary>The first input channel that a filter reads.</summary>
    public int FirstInput(int output) => output / GroupOutputs * FilterInputs;

    /// <summary>The row and the column of a tap.</summary>
    public (int Row, int Column) Tap(int tap) => Math.DivRem(tap, Window.Columns.Kernel);

    /// <summary>Output rows [From, To) in which a row of the filter meets the input.</summary>
    public (int From, int To) ValidRows(int r) => Window.Rows.Valid(r, InputRows, OutputRows);

    /// <summary>Output columns [From, To) in which a column of the filter meets the input.</summary>
    public (int From, int To) ValidColumns(int s) => Window.Columns.Valid(s, InputColumns, OutputColumns);
}
