namespace Tombola.Pruning;

/// <summary>Finds the lowest of many scores; of equal ones those with the lowest index.</summary>
internal static class LowestScores
{
    private const int DigitBits = 8;

    /// <summary>The weights that a strategy removes which goes by scores over all layers at once.</summary>
    public static int[] Of(double[] scores, PruningInput input) => Of(scores, [.. input.Candidates.SelectMany(layer => layer)], input.Remove);

    /// <param name="scores">Score of every weight.</param>
    /// <param name="candidates">Indices to choose from, ascending.</param>
    /// <param name="count">How many to choose.</param>
    /// <returns>The chosen indices, ascending.</returns>
    /// <exception cref="ArithmeticException">The score of a candidate is not finite.</exception>
    public static int[] Of(double[] scores, int[] candidates, int count)
    {
        var wrong = Array.FindIndex(candidates, index => !double.IsFinite(scores[index]));
        if (wrong >= 0)
        {
            throw new ArithmeticException(
                $"The score of weight {candidates[wrong]} is not finite, so the weights cannot be ranked. Prune a state of smaller weights, or by another strategy.");
        }

        if (count == 0) return [];

        // The count-th lowest key, digit by digit from the top: a sort of all would take far longer.
        var keys = Array.ConvertAll(candidates, index => Key(scores[index]));
        var (last, rank) = (0UL, count);
        for (var shift = 64 - DigitBits; shift >= 0; shift -= DigitBits)
        {
            var counts = new int[1 << DigitBits];
            foreach (var key in keys)
            {
                if (key >> shift >> DigitBits == last) counts[(key >> shift) & ((1 << DigitBits) - 1)]++;
            }

            var digit = 0;
            for (; counts[digit] < rank; digit++) rank -= counts[digit];
            last = (last << DigitBits) | (uint)digit;
        }

        // Of those with that key, as many as are missing.
        var chosen = new int[count];
        for (var (i, n) = (0, 0); n < count; i++)
        {
            if (keys[i] < last || (keys[i] == last && rank-- > 0)) chosen[n++] = candidates[i];
        }

        return chosen;
    }

    /// <summary>The bits of a score, changed so that they order like scores; -0 becomes 0.</summary>
    private static ulong Key(double score)
    {
        var bits = BitConverter.DoubleToInt64Bits(score + 0.0);
        return (ulong)(bits ^ ((bits >> 63) | long.MinValue));
    }
}
