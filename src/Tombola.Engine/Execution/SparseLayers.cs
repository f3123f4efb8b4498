namespace Tombola.Engine.Execution;

/// <summary>How many layers of a masked network a plan computes sparsely, phase by phase.</summary>
/// <param name="Layers">Layers with prunable weights.</param>
/// <param name="Forward">Those whose outputs are computed with the remaining weights only.</param>
/// <param name="InputGradient">Those whose data gradient is, or is not wanted.</param>
/// <param name="WeightGradient">Those whose weight gradient is.</param>
public sealed record SparseLayers(int Layers, int Forward, int InputGradient, int WeightGradient);
