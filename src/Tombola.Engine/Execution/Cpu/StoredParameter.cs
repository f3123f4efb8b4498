using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu;

/// <summary>A parameter as a plan keeps and computes it.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Offset">Its first element in the plan's own vector.</param>
/// <param name="Remaining">Weights that remain.</param>
/// <param name="Sparse">The phases that compute with the remaining weights only.</param>
/// <param name="RemainingIndices">If there are such phases, the indices of the remaining weights, ascending.</param>
internal sealed record StoredParameter(Parameter Parameter, int Offset, int Remaining, SparsePhases Sparse, int[]? RemainingIndices)
{
    /// <summary>Whether only the remaining weights are stored. Otherwise the pruned ones lie between them as zeros, because a dense kernel makes or wants all of them.</summary>
    public bool IsCompact => Sparse is { Forward: true, InputGradient: true, WeightGradient: true };

    /// <summary>Numbers stored.</summary>
    public int Count => IsCompact ? Remaining : Parameter.Count;

    /// <summary>Fraction of the weights that remain.</summary>
    public double Density => Parameter.Count == 0 ? 1 : (double)Remaining / Parameter.Count;
}

/// <summary>Which phases of a layer compute with the remaining weights only.</summary>
internal readonly record struct SparsePhases(bool Forward, bool InputGradient, bool WeightGradient);
