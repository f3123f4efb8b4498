namespace Tombola.Studies;

/// <summary>The jobs of a study, or of several, what of them is done, and how long they take on this machine.</summary>
/// <param name="Study">Name of the study.</param>
/// <param name="Jobs">Jobs by kind; a job that several studies need counts once.</param>
/// <param name="Seconds">Estimate for all jobs, from a timed training step; null where they cannot be named.</param>
/// <param name="SecondsLeft">The same for those that the store does not have.</param>
/// <param name="NeedsData">What is missing before the jobs can be named, in a sentence, or null.</param>
internal sealed record Forecast(string Study, IReadOnlyList<JobCount> Jobs, double? Seconds, double? SecondsLeft, string? NeedsData)
{
    /// <summary>Of a study whose jobs cannot be named.</summary>
    public static Forecast Missing(string study, string needs) => new(study, [], null, null, needs);

    /// <summary>How many jobs there are.</summary>
    public int Total => Jobs.Sum(kind => kind.Total);

    /// <summary>How many of them the store has.</summary>
    public int Stored => Jobs.Sum(kind => kind.Stored);
}

/// <param name="Kind">Kind of job.</param>
/// <param name="Total">How many the study needs.</param>
/// <param name="Stored">How many of them the store has.</param>
internal sealed record JobCount(string Kind, int Total, int Stored);
