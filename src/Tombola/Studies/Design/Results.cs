using Tombola.Jobs;

namespace Tombola.Studies;

/// <summary>Results of jobs, each read once, since several measures may look at the same.</summary>
public sealed class Results(Store store)
{
    private readonly Dictionary<string, object> _known = [];

    /// <summary>The result of a finished job.</summary>
    public TResult Of<TResult>(Job<TResult> job)
        where TResult : notnull
    {
        ArgumentNullException.ThrowIfNull(job);
        if (_known.TryGetValue(job.Key, out var known)) return (TResult)known;
        var result = store.Result(job);
        _known[job.Key] = result;
        return result;
    }
}
