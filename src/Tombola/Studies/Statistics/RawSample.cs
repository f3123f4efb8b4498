namespace Tombola.Studies;

/// <summary>One number that went into a mean: what a measure gave for a copy or pair of a replicate.</summary>
/// <param name="Preset">Name of the preset.</param>
/// <param name="Kind">Kind of the network, <c>dense</c> at level 0.</param>
/// <param name="Level">Level of pruning.</param>
/// <param name="StartStep">Step k that training started from.</param>
/// <param name="Restarted">Whether the copies were trained for T steps instead of T - k.</param>
/// <param name="Measure">Name of the measure.</param>
/// <param name="Replicate">Number of the replicate.</param>
/// <param name="Sample">The copy, <c>0</c>, or the pair, <c>0-1</c>; empty for a measure of the replicate.</param>
/// <param name="X">Place on a curve; null for a number.</param>
/// <param name="Y">The value.</param>
internal sealed record RawSample(string Preset, string Kind, int Level, long StartStep, bool Restarted, string Measure, int Replicate, string Sample, double? X, double Y);
