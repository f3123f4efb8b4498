namespace Tombola.Jobs;

/// <summary>A job that a living process computes now, as its claim in the store says.</summary>
/// <param name="Key">Key of the job.</param>
/// <param name="Title">The job in words.</param>
/// <param name="Host">Name of the machine.</param>
/// <param name="Process">Number of the process there.</param>
/// <param name="Since">When it was claimed, by that machine's clock (UTC).</param>
/// <param name="Progress">Fraction that is done, as of the last sign of life.</param>
public sealed record RunningJob(string Key, string Title, string Host, int Process, DateTime Since, double Progress);
