namespace Tombola.Pruning;

/// <summary>|w| (Han et al. 2015).</summary>
internal static class MagnitudeScore
{
    /// <summary>Above every finite float. Weights that training blew up remain longest, and what is not a number remains longer still.</summary>
    private const double Infinite = 1e300;

    public static double[] Of(PruningInput input)
    {
        var scores = new double[input.State.Weights.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            var magnitude = Math.Abs(input.State.Weights[i]);
            scores[i] = float.IsNaN(magnitude) ? double.MaxValue : Math.Min(magnitude, Infinite);
        }

        return scores;
    }
}
