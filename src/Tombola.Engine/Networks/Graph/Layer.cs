namespace Tombola.Engine.Networks;

/// <summary>One layer of a network: what it computes, its parameters and the shape it gives. How it is computed is the plan's business.</summary>
/// <param name="Name">Prefix of its parameters' names, or a name for layers that have none.</param>
/// <param name="Output">Shape of its output for one example.</param>
public abstract record Layer(string Name, Shape Output)
{
    /// <summary>Names, shapes and prunability of its parameters, in the order of the state dict.</summary>
    public virtual IEnumerable<(string Name, int[] Shape, bool Prunable)> Parameters => [];

    /// <summary>Names, lengths and first values of what the layer keeps besides its parameters: the running statistics of batch norm.</summary>
    public virtual IEnumerable<(string Name, int Length, float Initial)> Statistics => [];

    /// <summary>Multiplications and additions for one example, forward, with every weight present; a border's products with zero count.</summary>
    public virtual long Flops => 0;
}

/// <summary>y = W x + b, W [outputs, inputs]; a spatial input is read as one vector, channel by channel.</summary>
public sealed record LinearLayer(string Name, int Inputs, int Outputs) : Layer(Name, Shape.Vector(Outputs))
{
    public override IEnumerable<(string Name, int[] Shape, bool Prunable)> Parameters =>
        [($"{Name}.weight", [Outputs, Inputs], true), ($"{Name}.bias", [Outputs], false)];

    public override long Flops => 2L * Inputs * Outputs;
}

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
    public override IEnumerable<(string Name, int[] Shape, bool Prunable)> Parameters
    {
        get
        {
            yield return ($"{Name}.weight", [Filters, Input.Channels / Groups, Window.Rows.Kernel, Window.Columns.Kernel], true);
            if (Bias) yield return ($"{Name}.bias", [Filters], false);
        }
    }

    public override long Flops => 2L * (Input.Channels / Groups) * Window.Taps * Output.Count;
}

/// <summary>
/// y = (x - mean) / sqrt(variance + 1e-5) * weight + bias for each channel: over the mini-batch while training, with running statistics otherwise
/// (Ioffe and Szegedy 2015).
/// </summary>
/// <param name="Name">Prefix of the names.</param>
/// <param name="Output">Shape of input and output.</param>
/// <param name="Affine">Whether it has a weight and a bias to learn.</param>
public sealed record BatchNormLayer(string Name, Shape Output, bool Affine) : Layer(Name, Output)
{
    /// <summary>Added to the variance.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>Share of a mini-batch in the running statistics.</summary>
    public const double Momentum = 0.1;

    public override IEnumerable<(string Name, int[] Shape, bool Prunable)> Parameters =>
        Affine ? [($"{Name}.weight", [Output.Channels], false), ($"{Name}.bias", [Output.Channels], false)] : [];

    public override IEnumerable<(string Name, int Length, float Initial)> Statistics =>
        [($"{Name}.running_mean", Output.Channels, 0), ($"{Name}.running_var", Output.Channels, 1)];
}

/// <summary>y = max(x, 0).</summary>
public sealed record ReluLayer(string Name, Shape Output) : Layer(Name, Output);

/// <summary>y = the sum of two activations of one shape: the end of a residual block.</summary>
public sealed record AddLayer(string Name, Shape Output) : Layer(Name, Output);

/// <summary>y = the channels of several activations, one after the other.</summary>
public sealed record ConcatLayer(string Name, Shape Output) : Layer(Name, Output);

/// <summary>y = the largest value in each window; what lies outside the map does not count.</summary>
public sealed record MaxPoolLayer(string Name, Shape Input, int Kernel, int Stride, int Padding)
    : Layer(Name, Window.Square(Kernel, Stride, Padding).Output(Input, Input.Channels));

/// <summary>y = the mean of each window; outside the map lie zeros, which count (as they do in PyTorch).</summary>
public sealed record AveragePoolLayer(string Name, Shape Input, int Kernel, int Stride, int Padding)
    : Layer(Name, Window.Square(Kernel, Stride, Padding).Output(Input, Input.Channels));

/// <summary>y = the mean of each channel.</summary>
public sealed record GlobalAveragePoolLayer(string Name, Shape Input) : Layer(Name, Shape.Vector(Input.Channels));

/// <summary>While training y = x / (1 - rate), or 0 with probability <paramref name="Rate"/>; otherwise y = x (Srivastava et al. 2014).</summary>
public sealed record DropoutLayer(string Name, Shape Output, double Rate) : Layer(Name, Output);

/// <summary>The same values as one vector, channel by channel.</summary>
public sealed record FlattenLayer(string Name, Shape Input) : Layer(Name, Shape.Vector(Input.Count));
