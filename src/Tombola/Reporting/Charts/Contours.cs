namespace Tombola.Reporting.Charts;

/// <summary>Lines of equal value on a map, by marching squares: each cell of four points is crossed where its corners lie on both sides of the level.</summary>
internal static class Contours
{
    /// <summary>The lines of a level; one that comes back to its start ends with the point that it began with.</summary>
    public static IReadOnlyList<IReadOnlyList<(double X, double Y)>> Of(HeatMap map, double level)
    {
        ArgumentNullException.ThrowIfNull(map);
        return [.. Chains(Neighbours(map, map.Scaled(level))).Select(chain => chain.Select(side => Crossing(map, map.Scaled(level), side)).ToArray())];
    }

    /// <summary>Which crossed sides of cells belong together: each has the next on the line, and the one before.</summary>
    private static Dictionary<Side, List<Side>> Neighbours(HeatMap map, double level)
    {
        var neighbours = new Dictionary<Side, List<Side>>();
        for (var row = 0; row < map.Y.Count - 1; row++)
        {
            for (var column = 0; column < map.X.Count - 1; column++)
            {
                foreach (var (from, to) in Pieces(map, level, column, row))
                {
                    Add(from, to);
                    Add(to, from);
                }
            }
        }

        return neighbours;

        void Add(Side from, Side to)
        {
            if (!neighbours.TryGetValue(from, out var others)) neighbours[from] = others = [];
            others.Add(to);
        }
    }

    /// <summary>The pieces of the line in one cell: none, one, or two on a saddle.</summary>
    private static IEnumerable<(Side From, Side To)> Pieces(HeatMap map, double level, int column, int row)
    {
        double[] corners = [.. new[] { map.At(column, row), map.At(column + 1, row), map.At(column + 1, row + 1), map.At(column, row + 1) }.Select(map.Scaled)];
        if (!corners.All(double.IsFinite)) return [];
        Side[] sides = [new(column, row, false), new(column + 1, row, true), new(column, row + 1, false), new(column, row, true)];
        bool[] above = [.. corners.Select(corner => corner >= level)];
        Side[] crossed = [.. sides.Where((_, i) => above[i] != above[(i + 1) % 4])];
        if (crossed.Length < 4) return crossed.Length == 0 ? [] : [(crossed[0], crossed[1])];

        // The middle of the cell says which of two corners across from each other are joined.
        return corners.Average() >= level == above[0] ? [(sides[0], sides[1]), (sides[2], sides[3])] : [(sides[0], sides[3]), (sides[1], sides[2])];
    }

    /// <summary>Follows lines from their ends, and then those that have none.</summary>
    private static IEnumerable<List<Side>> Chains(Dictionary<Side, List<Side>> neighbours)
    {
        var taken = new HashSet<Side>();
        foreach (var start in neighbours.Keys.OrderBy(side => neighbours[side].Count).ToArray())
        {
            if (!taken.Add(start)) continue;
            List<Side> chain = [start];
            while (neighbours[chain[^1]].Find(next => !taken.Contains(next)) is { } next)
            {
                chain.Add(next);
                taken.Add(next);
            }

            if (neighbours[start].Count == 2) chain.Add(start);
            yield return chain;
        }
    }

    private static (double X, double Y) Crossing(HeatMap map, double level, Side side)
    {
        var (column, row) = side.Upright ? (side.Column, side.Row + 1) : (side.Column + 1, side.Row);
        var (from, to) = (map.Scaled(map.At(side.Column, side.Row)), map.Scaled(map.At(column, row)));
        var part = (level - from) / (to - from);
        return (double.Lerp(map.X[side.Column], map.X[column], part), double.Lerp(map.Y[side.Row], map.Y[row], part));
    }

    /// <summary>A side of a cell, by the point that it starts from.</summary>
    private sealed record Side(int Column, int Row, bool Upright);
}
