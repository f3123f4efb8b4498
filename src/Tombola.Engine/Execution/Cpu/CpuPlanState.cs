namespace Tombola.Engine.Execution.Cpu;

/// <summary>What <see cref="Plan.Pack(Networks.NetworkState)"/> leaves.</summary>
/// <param name="weights">What the plan stores of the weights.</param>
/// <param name="statistics">Running statistics of batch norm.</param>
internal sealed class CpuPlanState(float[] weights, float[] statistics) : PlanState
{
    public float[] Weights { get; } = weights;

    public float[] Statistics { get; } = statistics;
}
