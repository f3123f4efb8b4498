namespace Tombola.Landscape;

/// <summary>A place where stochastic Lanczos quadrature puts a part of a spectrum (Ghorbani et al. 2019, section 2).</summary>
/// <param name="Value">Where.</param>
/// <param name="Weight">Which part; those of a spectrum make 1.</param>
public readonly record struct SpectralNode(double Value, double Weight);
