namespace Tombola.Pruning;

/// <summary>Places in a random order of the weights that compete: the control that other scores are measured against.</summary>
internal static class RandomScore
{
    public static double[] Of(PruningInput input)
    {
        var scores = new double[input.State.Space.Count];
        for (var group = 0; group < input.Groups.Count; group++)
        {
            int[] order = [.. input.Groups[group]];
            input.Stream.Shuffle<int>(order, (uint)group);
            for (var place = 0; place < order.Length; place++) scores[order[place]] = place;
        }

        return scores;
    }
}
