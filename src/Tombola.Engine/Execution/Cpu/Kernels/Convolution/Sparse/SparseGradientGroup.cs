namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Remaining weights of a filter that are summed together.</summary>
/// <param name="Slot">The first slot.</param>
/// <param name="Size">How many they are.</param>
/// <param name="Pixels">Which of the tile's lists of pixels they are summed over.</param>
internal readonly record struct SparseGradientGroup(int Slot, short Size, short Pixels);
