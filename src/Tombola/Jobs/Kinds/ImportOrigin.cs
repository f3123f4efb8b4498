namespace Tombola.Jobs;

/// <summary>Which network of a run somebody's file is, as far as its folder tells: so that listings can say it.</summary>
/// <param name="Run">Name of the run's folder.</param>
/// <param name="Replicate">Number of the replicate, as the run counts.</param>
/// <param name="Level">Level of pruning; 0 is dense.</param>
/// <param name="Step">Step of the weights.</param>
public sealed record ImportOrigin(string Run, int Replicate, int Level, long Step);
