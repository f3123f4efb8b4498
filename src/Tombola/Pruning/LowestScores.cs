namespace Tombola.Pruning;

/// <summary>Finds the lowest of many scores; of equal ones those with the lowest index.</summary>
internal static class LowestScores
{
    private const int DigitBits = 16, Digits = 1 << DigitBits;

    /// <param name="scores">Score of every weight.</param>
    /// <param name="candidates">Indices to choose from, ascending.</param>
    /// <param name="count">How many to choose.</param>
    /// <returns>The chosen indices, ascending.</returns>
    /// <exception cref="ArithmeticException">The score of a candidate is not finite.</exception>
    public static int[] Of(double[] scores, int[] candidates, int count)
    {
        // The count-th lowest key, digit by digit from the top, where a sort of all would take far longer: few candidates share the first digit, and the rest is theirs.
        var counts = new int[Digits];
        foreach (var candidate in candidates)
        {
            if (!double.IsFinite(scores[candidate]))
            {
                throw new ArithmeticException(
                    $"The score of weight {candidate} is not finite, so the weights cannot be ranked. Prune a state of smaller weights, or by another score.");
            }

            counts[Key(scores[candidate]) >> (64 - DigitBits)]++;
        }

        if (count == 0) return [];
        var rank = count;
        var first = Digit(counts, ref rank);
        var keys = new ulong[counts[first]];
        var n = 0;
        foreach (var candidate in candidates)
        {
            if (Key(scores[candidate]) is var key && key >> (64 - DigitBits) == first) keys[n++] = key;
        }

        var last = first;
        for (var shift = 64 - (2 * DigitBits); shift >= 0; shift -= DigitBits)
        {
            Array.Clear(counts);
            foreach (var key in keys)
            {
                if (key >> shift >> DigitBits == last) counts[(key >> shift) & (Digits - 1)]++;
            }

            last = (last << DigitBits) | Digit(counts, ref rank);
        }

        // Of those with that key, as many as are missing.
        var chosen = new int[count];
        n = 0;
        foreach (var candidate in candidates)
        {
            var key = Key(scores[candidate]);
            if (key > last || (key == last && rank-- <= 0)) continue;
            chosen[n++] = candidate;
            if (n == count) break;
        }

        return chosen;
    }

    /// <summary>The digit of the key of a rank, counted from 1, which becomes the rank among those with that digit.</summary>
    private static ulong Digit(int[] counts, ref int rank)
    {
        var digit = 0;
        for (; counts[digit] < rank; digit++) rank -= counts[digit];
        return (ulong)digit;
    }

    /// <summary>The bits of a score, changed so that they order like scores; -0 becomes 0.</summary>
    private static ulong Key(double score)
    {
        var bits = BitConverter.DoubleToInt64Bits(score + 0.0);
        return (ulong)(bits ^ ((bits >> 63) | long.MinValue));
    }
}
