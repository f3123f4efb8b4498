using Tombola.Jobs;

namespace Tombola.Studies;

/// <summary>Something to know of a condition: the jobs that it takes and how to read their results, said once, so that what is read is what was asked for.</summary>
/// <param name="Name">As in the JSON of rows, such as <c>pruningL2</c>; files have <c>pruning_l2</c>.</param>
public abstract record Measure(string Name)
{
    /// <summary>The jobs for a condition in one replicate.</summary>
    public abstract IEnumerable<Job> Jobs(Replicate replicate, Condition condition, int copies);

    /// <summary>Which copy or pair of so many each sample is of; null where a measure does not say.</summary>
    internal Func<int, IEnumerable<string>>? Samples { get; init; }

    /// <summary>The name of a sample.</summary>
    internal string NameOf(int sample, int copies) => Samples?.Invoke(copies).ElementAtOrDefault(sample) ?? FormattableString.Invariant($"{sample}");

    /// <summary>One sample a copy.</summary>
    public static Measure<TSample> OfCopies<TResult, TSample>(string name, Func<Replicate, Condition, int, Job<TResult>> job, Func<TResult, TSample> read)
        where TResult : notnull =>
        new(name, (replicate, condition, copies) => Enumerable.Range(0, copies).Select(copy => Reading.Of(job(replicate, condition, copy), read))) { Samples = copies => Enumerable.Range(0, copies).Select(copy => $"{copy}") };

    /// <summary>One sample a pair of copies.</summary>
    public static Measure<TSample> OfPairs<TResult, TSample>(string name, Func<Replicate, Condition, Pair, Job<TResult>> job, Func<TResult, TSample> read)
        where TResult : notnull =>
        new(name, (replicate, condition, copies) => Pair.Of(copies).Select(pair => Reading.Of(job(replicate, condition, pair), read))) { Samples = copies => Pair.Of(copies).Select(pair => pair.Name) };

    /// <summary>One sample a replicate.</summary>
    public static Measure<TSample> OfReplicates<TResult, TSample>(string name, Func<Replicate, Condition, Job<TResult>> job, Func<TResult, TSample> read)
        where TResult : notnull =>
        new(name, (replicate, condition, _) => [Reading.Of(job(replicate, condition), read)]) { Samples = _ => [""] };
}

/// <summary>A measure of samples of one type: numbers become statistics of a row, lists of points a curve.</summary>
/// <param name="Name">As in the JSON of rows.</param>
/// <param name="Readings">The samples of a condition in one replicate with so many copies.</param>
public sealed record Measure<TSample>(string Name, Func<Replicate, Condition, int, IEnumerable<Reading<TSample>>> Readings) : Measure(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Job> Jobs(Replicate replicate, Condition condition, int copies) => Readings(replicate, condition, copies).SelectMany(reading => reading.Jobs);
}

/// <summary>A sample to be had once some jobs are done.</summary>
/// <param name="Jobs">Those whose results it is read from; none for what is known beforehand.</param>
/// <param name="Value">Reads it.</param>
public sealed record Reading<TSample>(IReadOnlyList<Job> Jobs, Func<Results, TSample> Value);

/// <summary>Makes readings.</summary>
public static class Reading
{
    /// <summary>What the result of one job says.</summary>
    public static Reading<TSample> Of<TResult, TSample>(Job<TResult> job, Func<TResult, TSample> read)
        where TResult : notnull =>
        new([job], results => read(results.Of(job)));
}
