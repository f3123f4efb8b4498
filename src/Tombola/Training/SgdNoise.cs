namespace Tombola.Training;

/// <summary>The noise of one run of SGD: seeds of the data order and of augmentation. Children of one parent usually differ in both.</summary>
/// <param name="Order">Seed of the order in which each epoch visits the examples.</param>
/// <param name="Augment">
/// Seed of what augmentation does to them, and of what dropout leaves out. Changes nothing where there is neither, though it is part of a job's key.
/// </param>
public readonly record struct SgdNoise(ulong Order, ulong Augment);
