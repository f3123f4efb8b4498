namespace Tombola.Jobs;

/// <summary>How far a graph of jobs has come.</summary>
/// <param name="Done">Jobs finished since the start.</param>
/// <param name="Total">Jobs that were missing at the start.</param>
/// <param name="CostDone">Multiply-adds done, parts of running jobs included.</param>
/// <param name="CostTotal">Multiply-adds to do in all.</param>
/// <param name="Running">Titles of the jobs that run now.</param>
public sealed record JobProgress(int Done, int Total, double CostDone, double CostTotal, IReadOnlyList<string> Running)
{
    /// <summary>Part of the arithmetic that is done, from 0 to 1.</summary>
    public double Fraction => CostTotal == 0 ? 1 : CostDone / CostTotal;

    /// <summary>Jobs that failed so far.</summary>
    public int Failed { get; init; }

    /// <summary>Jobs that could start if other processes did not compute them already.</summary>
    public IReadOnlyList<RunningJob> Elsewhere { get; init; } = [];

    /// <summary>Sentences for a person that came up since the last report; each is told once.</summary>
    public IReadOnlyList<string> News { get; init; } = [];
}
