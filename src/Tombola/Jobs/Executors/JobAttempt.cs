using Tombola.Jobs.Claims;

namespace Tombola.Jobs;

/// <summary>A job that a worker of this process has, and its signs of life.</summary>
internal sealed class JobAttempt(JobGraph.Node node, JobClaim? claim, int threads, CancellationTokenSource cancellation) : IDisposable
{
    private double _fraction;

    public JobGraph.Node Node => node;

    /// <summary>Null for a job that turned out to be finished.</summary>
    public JobClaim? Claim => claim;

    public int Threads => threads;

    public CancellationTokenSource Cancellation => cancellation;

    public double Fraction
    {
        get => Volatile.Read(ref _fraction);
        set => Volatile.Write(ref _fraction, value);
    }

    public void Beat()
    {
        try
        {
            claim?.Beat(Fraction);
            if (claim is { IsLost: true }) cancellation.Cancel();
        }
#pragma warning disable CA1031 // A timer calls this, and nothing would catch what it throws.
        catch (Exception)
#pragma warning restore CA1031
        {
            // A disk that refuses one sign of life may take the next; a job that has just ended needs none.
        }
    }

    public void Dispose()
    {
        claim?.Dispose();
        cancellation.Dispose();
    }
}
