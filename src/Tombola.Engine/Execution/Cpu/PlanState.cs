namespace Tombola.Engine.Execution.Cpu;

/// <summary>A network's state as <see cref="Plan.Pack"/> leaves it: checked against the mask and in the plan's order, so that it can be loaded often. Immutable.</summary>
public sealed class PlanState
{
    internal PlanState(float[] weights, float[] statistics) => (Weights, Statistics) = (weights, statistics);

    /// <summary>What the plan stores of the weights.</summary>
    internal float[] Weights { get; }

    /// <summary>Running statistics of batch norm.</summary>
    internal float[] Statistics { get; }
}
