using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>What was read of a network that was trained elsewhere.</summary>
/// <param name="State">Weights and running statistics.</param>
/// <param name="Mask">Which weights remain, where the file says so itself; else null.</param>
/// <param name="Notes">Sentences on what was done to the file's names and numbers, for whoever gave the file; empty if it was taken as it is.</param>
public sealed record StateReading(NetworkState State, Mask? Mask, IReadOnlyList<string> Notes);
