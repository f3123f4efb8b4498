namespace Tombola.Engine.Execution;

/// <summary>The phases of a training step.</summary>
public enum Phase
{
    /// <summary>Outputs from inputs.</summary>
    Forward,

    /// <summary>Gradients of the inputs from that of the output.</summary>
    InputGradient,

    /// <summary>Gradients of the weights, and their update.</summary>
    WeightGradient,
}

/// <summary>What one phase of one pass has to do for a whole mini-batch.</summary>
/// <param name="Flops">Multiplications and additions by the layer's definition, border included.</param>
/// <param name="Executed">Those that the kernel does in floating point, its transforms included.</param>
/// <param name="Bytes">Bytes that must at least be read and written: each operand once.</param>
public readonly record struct PassWork(double Flops, double Executed, double Bytes);

/// <summary>How long one phase of one pass took.</summary>
/// <param name="Layers">Names of its layers.</param>
/// <param name="Output">Shape of its output for one example.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Kernel">What computed it.</param>
/// <param name="Seconds">Median over the steps.</param>
/// <param name="Work">What there was to do.</param>
public sealed record PassTiming(string Layers, Networks.Shape Output, Phase Phase, string Kernel, double Seconds, PassWork Work);

/// <summary>One pass of a plan in words.</summary>
/// <param name="Layers">Names of the layers it computes.</param>
/// <param name="Output">Shape of its output for one example.</param>
/// <param name="Forward">Kernel of the forward phase.</param>
/// <param name="InputGradient">Kernel of the data gradient, or null if there is none.</param>
/// <param name="WeightGradient">Kernel of the weight gradient, or null if there is none.</param>
public sealed record PassDescription(string Layers, Networks.Shape Output, string Forward, string? InputGradient, string? WeightGradient);
