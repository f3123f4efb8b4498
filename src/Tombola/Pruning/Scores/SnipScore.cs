namespace Tombola.Pruning;

/// <summary>
/// SNIP: the connection sensitivity |g w|, g the gradient of the mean loss on one mini-batch (Lee et al. 2019, section 4; Frankle
/// et al. 2019, "Stabilizing the Lottery Ticket Hypothesis", appendix A).
/// </summary>
internal static class SnipScore
{
    /// <summary>|g w| of every weight, exactly: the product of two floats fits a double.</summary>
    public static double[] Of(PruningInput input)
    {
        using var gradient = input.Gradient();
        var state = input.State.Under(input.Mask);
        var g = gradient.At(state);
        var scores = new double[g.Length];
        for (var i = 0; i < scores.Length; i++) scores[i] = Math.Abs((double)g[i] * state.Weights[i]);
        return scores;
    }
}
