namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>A <see cref="SparseIndex"/> with its packed weights, as pointers.</summary>
internal readonly unsafe struct SparseLists(int* ends, int* offsets, float* weights, int taps)
{
    public readonly int* Ends = ends, Offsets = offsets;

    public readonly float* Weights = weights;

    public readonly int Taps = taps;
}
