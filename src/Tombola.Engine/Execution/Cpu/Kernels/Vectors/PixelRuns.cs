namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Pixels of a tile, in runs of one length and step.</summary>
internal readonly unsafe struct PixelRuns(SparseSkip* skips, int count, int length, int stepX, int stepY)
{
    /// <summary>What leads to the first pixel of each run.</summary>
    public readonly SparseSkip* Skips = skips;

    /// <summary>Runs.</summary>
    public readonly int Count = count;

    /// <summary>Pixels of a run.</summary>
    public readonly int Length = length;

    /// <summary>Floats from a pixel to the next in the tile's input.</summary>
    public readonly int StepX = stepX;

    /// <summary>Floats from a pixel to the next in the gradient.</summary>
    public readonly int StepY = stepY;
}

/// <summary>The way from where a run would go on, at first from the beginning of the tile's input and gradient, to the next.</summary>
/// <param name="X">Floats in the tile's input.</param>
/// <param name="Y">Floats in the gradient.</param>
internal readonly record struct SparseSkip(int X, int Y);
