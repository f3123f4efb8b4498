namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>What happens to a sum on its way from the registers to memory: plus bias, through the gate, plus residual, then max(., 0).</summary>
internal readonly ref struct Epilogue
{
    /// <summary>One number for each output channel, or empty.</summary>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <summary>An activation laid out as the output, or empty: where it is not positive, the sum becomes zero. The gradient of a rectifier's input passes it.</summary>
    public ReadOnlySpan<float> Gate { get; init; }

    /// <summary>An activation laid out as the output, or empty. The output itself, to add to what it holds.</summary>
    public ReadOnlySpan<float> Residual { get; init; }

    /// <summary>Whether negative values become zero. What is not a number stays so.</summary>
    public bool Rectify { get; init; }
}
