namespace Tombola.Pruning;

/// <summary>
/// SynFlow: removes the weights of lowest synaptic flow |w| dR/d|w| in 100 rounds, the density falling by the same factor in each (Tanaka et al. 2020,
/// algorithm 1). Looks at no data.
/// </summary>
internal static class SynFlowPruning
{
    internal const int Rounds = 100;

    public static IEnumerable<int> Global(PruningInput input)
    {
        var flow = new SynapticFlow(input.Network, input.State.Under(input.Mask));
        int[] candidates = [.. input.Candidates.SelectMany(layer => layer)];
        var (before, removed) = (input.Mask.Remaining, new List<int>(input.Remove));
        var target = (double)(before - input.Remove) / before;
        for (var round = 1; round <= Rounds; round++)
        {
            input.Cancellation.ThrowIfCancellationRequested();
            var goal = round == Rounds ? input.Remove : before - (int)Math.Round(before * Math.Pow(target, (double)round / Rounds), MidpointRounding.ToEven);
            if (goal == removed.Count) continue;
            var lowest = LowestScores.Of(flow.Scores(), candidates, goal - removed.Count);
            candidates = Without(candidates, lowest);
            foreach (var index in lowest) flow.Magnitudes[index] = 0;
            removed.AddRange(lowest);
        }

        return removed;
    }

    /// <summary>Ascending indices without some of them, ascending too.</summary>
    private static int[] Without(int[] indices, int[] some)
    {
        var rest = new int[indices.Length - some.Length];
        var (kept, next) = (0, 0);
        foreach (var index in indices)
        {
            if (next < some.Length && some[next] == index) next++;
            else rest[kept++] = index;
        }

        return rest;
    }
}
