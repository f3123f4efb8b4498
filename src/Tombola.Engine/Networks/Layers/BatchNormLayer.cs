namespace Tombola.Engine.Networks;

/// <summary>
/// y = (x - mean) / sqrt(variance + 1e-5) * weight + bias for each channel: over the mini-batch while training, with running statistics otherwise
/// (Ioffe and Szegedy 2015).
/// </summary>
/// <param name="Name">Prefix of the names.</param>
/// <param name="Output">Shape of input and output.</param>
/// <param name="Affine">Whether it has a weight and a bias to learn.</param>
public sealed record BatchNormLayer(string Name, Shape Output, bool Affine) : Layer(Name, Output)
{
    /// <inheritdoc/>
    public override string Kind => "batch norm";

    /// <summary>Added to the variance.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>Share of a mini-batch in the running statistics.</summary>
    public const double Momentum = 0.1;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, int[] Shape, bool Prunable)> Parameters =>
        Affine ? [($"{Name}.weight", [Output.Channels], false), ($"{Name}.bias", [Output.Channels], false)] : [];

    /// <inheritdoc/>
    public override IEnumerable<(string Name, int Length, float Initial)> Statistics =>
        [($"{Name}.running_mean", Output.Channels, 0), ($"{Name}.running_var", Output.Channels, 1)];
}

public sealed partial class NetworkBuilder
{
    /// <summary>Batch norm (Ioffe and Szegedy 2015), with scale and shift for every channel. Gives the number of the new layer.</summary>
    public int BatchNorm(string layer, int from, bool affine = true) => Append(new BatchNormLayer(layer, ShapeOf(from), affine), from);
}
