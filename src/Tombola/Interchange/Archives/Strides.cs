namespace Tombola.Interchange;

/// <summary>Copies arrays whose elements lie in another order than row by row.</summary>
internal static class Strides
{
    /// <summary>Elements from one index to the next, for each side, of an array that lies column by column.</summary>
    public static long[] ByColumns(IReadOnlyList<int> shape)
    {
        var strides = new long[shape.Count];
        for (var (side, next) = (0, 1L); side < strides.Length; next *= shape[side], side++) strides[side] = next;
        return strides;
    }

    /// <summary>Whether the elements lie row by row without gaps.</summary>
    public static bool AreByRows(IReadOnlyList<int> shape, IReadOnlyList<long> strides)
    {
        if (shape.Contains(0)) return true;
        var next = 1L;
        for (var side = shape.Count - 1; side >= 0; side--)
        {
            if (shape[side] != 1 && strides[side] != next) return false;
            next *= shape[side];
        }

        return true;
    }

    /// <summary>The elements row by row.</summary>
    /// <param name="stored">Bytes from the first element on.</param>
    /// <param name="size">Bytes of an element.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="strides">Elements from one index to the next, for each side.</param>
    public static byte[] Gathered(ReadOnlySpan<byte> stored, int size, IReadOnlyList<int> shape, IReadOnlyList<long> strides)
    {
        var gathered = new byte[shape.Aggregate(size, (product, side) => product * side)];
        var index = new int[shape.Count];
        for (var (to, from) = (0, 0L); to < gathered.Length; to += size)
        {
            stored.Slice((int)(from * size), size).CopyTo(gathered.AsSpan(to));
            for (var side = index.Length - 1; side >= 0; side--)
            {
                from += strides[side];
                if (++index[side] < shape[side]) break;
                from -= strides[side] * index[side];
                index[side] = 0;
            }
        }

        return gathered;
    }
}
