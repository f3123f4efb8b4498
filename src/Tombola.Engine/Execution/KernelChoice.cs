namespace Tombola.Engine.Execution;

/// <summary>Which kernels a plan may use for masked weights.</summary>
public enum KernelChoice
{
    /// <summary>For every pass the kernels that are faster at its density.</summary>
    Automatic,

    /// <summary>Dense kernels throughout; a mask only keeps pruned weights at zero.</summary>
    Dense,
}
