namespace Tombola.Engine.Networks;

/// <summary>y[k, i, j] = sum over c, r, s of W[k, c, r, s] x[c, i stride + r - padding, j stride + s - padding] (+ b[k]); zero outside the map.</summary>
/// <param name="Name">Prefix of the names.</param>
/// <param name="Input">Shape of the input.</param>
/// <param name="Filters">Channels of the output.</param>
/// <param name="Window">Size, strides and paddings of the filters.</param>
/// <param name="Bias">Whether a number is added to each channel.</param>
/// <param name="Groups">
/// Input channels and filters fall into so many groups of equal size, and a filter reads the channels of its own group only: W is [filters, channels / groups, rows,
/// columns], and c counts from the group's first channel. As many groups as channels make a depthwise convolution.
/// </param>
public sealed record ConvolutionLayer(string Name, Shape Input, int Filters, Window Window, bool Bias, int Groups = 1) : Layer(Name, Window.Output(Input, Filters))
{
    /// <inheritdoc/>
    public override string Kind => Groups == 1 ? $"convolution {Window}" : FormattableString.Invariant($"convolution {Window}, {Groups} groups");

    /// <summary>Whether its filters never meet some rows or columns of the input.</summary>
    public bool SkipsPixels => Window.Rows.Stride > Window.Rows.Kernel || Window.Columns.Stride > Window.Columns.Kernel;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, int[] Shape, bool Prunable)> Parameters
    {
        get
        {
            yield return ($"{Name}.weight", [Filters, Input.Channels / Groups, Window.Rows.Kernel, Window.Columns.Kernel], true);
            if (Bias) yield return ($"{Name}.bias", [Filters], false);
        }
    }

    /// <inheritdoc/>
    public override long Flops => 2L * (Input.Channels / Groups) * Window.Taps * Output.Count;
}

public sealed partial class NetworkBuilder
{
    /// <summary>A convolution; its weights are <c>[out, in / groups, height, width]</c>, as in PyTorch. Gives the number of the new layer.</summary>
    public int Convolution(string layer, int from, int filters, int kernel, int stride = 1, int padding = 0, bool bias = true) =>
        Convolution(layer, from, filters, Window.Square(kernel, stride, padding), bias);

    /// <summary>Filters of any size and strides, for all channels or in <paramref name="groups"/>.</summary>
    public int Convolution(string layer, int from, int filters, Window window, bool bias = true, int groups = 1)
    {
        CheckWindow(layer, from, window);
        var channels = ShapeOf(from).Channels;
        if (groups < 1 || channels % groups != 0 || filters % groups != 0)
        {
            throw Wrong($"{layer} has {groups} groups, and {channels} input channels and {filters} filters cannot be divided among them; choose a number of groups that divides both");
        }

        return Append(new ConvolutionLayer(layer, ShapeOf(from), filters, window, bias, groups), from);
    }
}
