using Tombola.Jobs;

namespace Tombola.Measuring;

/// <summary>Two files that hold one network: nothing lies between them, and nobody should take that for a finding.</summary>
internal static class SameNetwork
{
    /// <summary>Whether every parameter and running statistic of two files that are in the store is the same.</summary>
    public static bool Are(Store store, Model first, Model second)
    {
        if (first.State.Key == second.State.Key) return true;
        var (one, other) = (store.State(first.State), store.State(second.State));
        return one.Weights.AsSpan().SequenceEqual(other.Weights) && one.Statistics.AsSpan().SequenceEqual(other.Statistics);
    }

    /// <summary>Says so.</summary>
    public static string Sentence(Model first, Model second) => first.File == second.File ? $"{first.Title} was given twice." : $"{first.Title} and {second.Title} are equal: every number of the two networks is the same.";
}
