namespace Tombola.Engine.Execution;

/// <summary>Which kernels a plan may take for layers that a mask has thinned out.</summary>
public enum KernelChoice
{
    /// <summary>Dense or sparse, whichever a fixed function of shape and density expects to be faster.</summary>
    Automatic,

    /// <summary>Dense ones only, which compute the zeros too: for comparison, and for gradients of pruned weights.</summary>
    Dense,
}
