using Tombola.Engine.Execution;

namespace Tombola.Training;

/// <summary>Everything a training run needs to go on as if it had never stopped.</summary>
/// <param name="Step">Optimiser updates so far, counted from initialisation.</param>
/// <param name="Weights">The weight vector.</param>
/// <param name="Statistics">The running statistics of batch norm; empty for a network without.</param>
/// <param name="Optimizer">Where the optimiser is.</param>
/// <param name="Running">Loss and hits since the last line of metrics.</param>
public sealed record Checkpoint(long Step, float[] Weights, float[] Statistics, OptimizerState Optimizer, BatchLoss Running);
