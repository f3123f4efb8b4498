namespace Tombola.Engine.Networks;

/// <summary>A window that slides over a map: filters of a convolution, or what a pooling looks at.</summary>
/// <param name="Rows">How it moves from row to row.</param>
/// <param name="Columns">How it moves from column to column.</param>
public readonly record struct Window(WindowAxis Rows, WindowAxis Columns)
{
    /// <summary>Positions in it.</summary>
    public int Taps => Rows.Kernel * Columns.Kernel;

    /// <summary>The same in both directions.</summary>
    public static Window Square(int kernel, int stride = 1, int padding = 0) => Of((kernel, kernel), (stride, stride), (padding, padding));

    /// <summary>Sizes as PyTorch has them, rows before columns: <c>Window.Of((1, 7), padding: (0, 3))</c>; without strides, one pixel after the other.</summary>
    public static Window Of((int Rows, int Columns) kernel, (int Rows, int Columns)? stride = null, (int Rows, int Columns) padding = default)
    {
        var (rows, columns) = stride ?? (1, 1);
        return new Window(new WindowAxis(kernel.Rows, rows, padding.Rows), new WindowAxis(kernel.Columns, columns, padding.Columns));
    }

    /// <summary>Shape of what it gives on a map.</summary>
    public Shape Output(Shape input, int channels) => new(channels, Rows.Outputs(input.Rows), Columns.Outputs(input.Columns));

    /// <summary>For people: <c>3x3</c>, <c>1x7</c>, <c>3x3, stride 2</c>.</summary>
    public override string ToString()
    {
        var stride = Rows.Stride == Columns.Stride ? FormattableString.Invariant($"{Rows.Stride}") : FormattableString.Invariant($"{Rows.Stride}x{Columns.Stride}");
        return stride == "1" ? Size : $"{Size}, stride {stride}";
    }

    /// <summary>Rows by columns.</summary>
    public string Size => FormattableString.Invariant($"{Rows.Kernel}x{Columns.Kernel}");
}

/// <summary>One direction of a <see cref="Window"/>.</summary>
/// <param name="Kernel">Pixels that it covers.</param>
/// <param name="Stride">Pixels of the input from one output to the next.</param>
/// <param name="Padding">Pixels outside the map at either end.</param>
public readonly record struct WindowAxis(int Kernel, int Stride, int Padding)
{
    /// <summary>Outputs along so many inputs.</summary>
    public int Outputs(int inputs) => ((inputs + (2 * Padding) - Kernel) / Stride) + 1;

    /// <summary>Whether it can stand on so many inputs, and each of its places meets one of them.</summary>
    public bool Fits(int inputs) => Kernel >= 1 && Stride >= 1 && Padding >= 0 && Padding < Kernel && inputs + (2L * Padding) >= Kernel;

    /// <summary>The outputs [From, To), of <paramref name="outputs"/>, for which <paramref name="tap"/> falls on one of <paramref name="inputs"/> inputs.</summary>
    public (int From, int To) Valid(int tap, int inputs, int outputs)
    {
        // output * Stride + tap - Padding lies in [0, inputs).
        var from = Math.Max(0, (Padding - tap + Stride - 1) / Stride);
        var last = inputs - 1 + Padding - tap;
        return (from, last < 0 ? from : Math.Max(from, Math.Min(outputs, (last / Stride) + 1)));
    }
}
