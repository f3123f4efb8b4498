namespace Tombola.Training;

/// <summary>The noise of one run of SGD: seeds of the data order and of augmentation. Children of one parent usually differ in both.</summary>
public readonly record struct SgdNoise(ulong Order, ulong Augment);
