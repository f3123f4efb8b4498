namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Where the remaining weights of a matrix stand, cut up so that a product with lanes finds its operands near and its branches foreseen.</summary>
/// <remarks>
/// Columns are cut into panels whose vectors of lanes stay in the first-level cache while all rows pass. A row's remaining weights in a panel are an
/// <see cref="Item"/>, a run of the list of all remaining weights. Rows are cut into strips, which are what threads divide among themselves, and within a strip
/// and panel the items are in the order of their lengths: a run is short, and the processor foresees its end only if the run before was as long. In that
/// order hardly any time is lost against a matrix whose items are all of one length.
/// </remarks>
internal sealed class SparseRows
{
    /// <summary>Floats of a panel, 40 KB, unless remaining weights are few.</summary>
    private const int PanelFloats = 10 << 10;

    /// <summary>Remaining weights that an item should have on average. With fewer, its row costs more than fetching X from the second-level cache.</summary>
    private const int RemainingPerItem = 20;

    /// <summary>What a row costs besides its remaining weights, in remaining weights.</summary>
    private const int RowCost = 8;

    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="remaining">Ascending indices of the remaining weights in <c>[rows][columns]</c>.</param>
    /// <param name="lanes">Lanes of a column's vectors.</param>
    /// <param name="strips">Strips to cut the rows into.</param>
    public SparseRows(int rows, int columns, ReadOnlySpan<int> remaining, int lanes, int strips)
    {
        (Rows, Width, Lanes) = (rows, columns, lanes);
        var enough = (int)Math.Min(columns, (long)RemainingPerItem * rows * columns / Math.Max(1, remaining.Length));
        var panel = Math.Clamp(enough, PanelFloats / lanes, 1 << 16);
        Panels = (columns + panel - 1) / panel;
        panel = (columns + Panels - 1) / Panels;
        PanelStride = panel * lanes;

        // A few more at the end, because kernels read several at a time.
        Columns = new ushort[remaining.Length + 4];
        Starts = new int[rows + 1];
        var starts = new int[(rows * Panels) + 1];
        for (var n = 0; n < remaining.Length; n++)
        {
            Checked.That(remaining[n] >= 0 && remaining[n] < rows * columns && (n == 0 || remaining[n] > remaining[n - 1]));
            var (row, column) = Math.DivRem(remaining[n], columns);
            Columns[n] = (ushort)(column % panel);
            starts[(row * Panels) + (column / panel) + 1]++;
        }

        for (var i = 1; i < starts.Length; i++) starts[i] += starts[i - 1];
        for (var row = 0; row <= rows; row++) Starts[row] = starts[row * Panels];

        Cuts = Cut(strips);
        var items = new List<Item>();
        var ends = new List<int> { 0 };
        for (var strip = 0; strip < strips; strip++)
        {
            for (var p = 0; p < Panels; p++)
            {
                // An empty item between the first panel and the last does nothing.
                items.AddRange(Enumerable.Range(Cuts[strip], Cuts[strip + 1] - Cuts[strip])
                    .Select(row => new Item(row, starts[(row * Panels) + p], starts[(row * Panels) + p + 1] - starts[(row * Panels) + p]))
                    .Where(item => item.Length > 0 || p == 0 || p == Panels - 1)
                    .OrderBy(item => item.Length));
                ends.Add(items.Count);
            }
        }

        (Items, Ends) = ([.. items], [.. ends]);
        var steps = new List<ushort>();
        StepStarts = new int[Ends.Length - 1];
        for (var i = 0; i < StepStarts.Length; i++)
        {
            StepStarts[i] = steps.Count;
            for (var n = Ends[i]; n < Ends[i + 1]; n += 2)
            {
                var (a, b) = (Items[n], Items[Math.Min(n + 1, Ends[i + 1] - 1)]);
                for (var step = 0; step < a.Length; step++) steps.AddRange([Columns[a.Start + step], Columns[b.Start + step]]);
                for (var step = a.Length; step < b.Length; step++) steps.Add(Columns[b.Start + step]);
            }
        }

        Steps = [.. steps, 0, 0, 0, 0];
    }

    public int Rows { get; }

    /// <summary>Columns of the matrix, for each of which X has its lanes.</summary>
    public int Width { get; }

    /// <summary>Lanes of a column's vectors.</summary>
    public int Lanes { get; }

    /// <summary>Panels of columns.</summary>
    public int Panels { get; }

    /// <summary>Floats of lanes from a panel to the next.</summary>
    public int PanelStride { get; }

    /// <summary>Strip s is the rows from Cuts[s] to Cuts[s + 1].</summary>
    public int[] Cuts { get; }

    /// <summary>For each row its first remaining weight, and at the end their number.</summary>
    public int[] Starts { get; }

    /// <summary>For each remaining weight its column, counted from the first of its panel.</summary>
    public ushort[] Columns { get; }

    /// <summary>Strip by strip and in it panel by panel.</summary>
    public Item[] Items { get; }

    /// <summary>Panel p of strip s is Items[Ends[i]..Ends[i + 1]], i = s Panels + p.</summary>
    public int[] Ends { get; }

    /// <summary>Columns in the order of a kernel that takes items by twos: those of both in turn, then what the longer one has left.</summary>
    public ushort[] Steps { get; }

    /// <summary>The first step of each panel of each strip, numbered as <see cref="Ends"/>.</summary>
    public int[] StepStarts { get; }

    /// <summary>The rows of one of <paramref name="of"/> shares: whole strips.</summary>
    public (int From, int To) Part(int index, int of)
    {
        var strips = Cuts.Length - 1;
        return (Cuts[(int)((long)strips * index / of)], Cuts[(int)((long)strips * (index + 1) / of)]);
    }

    /// <summary>The strips that rows [<paramref name="from"/>, <paramref name="to"/>) are.</summary>
    public (int From, int To) Strips(int from, int to)
    {
        var (first, end) = (Array.IndexOf(Cuts, from), Array.LastIndexOf(Cuts, to));
        Checked.That(first >= 0 && end >= 0);
        return (first, end);
    }

    private int[] Cut(int strips)
    {
        var cuts = new int[strips + 1];
        var all = Starts[Rows] + ((long)RowCost * Rows);
        for (int strip = 1, row = 0; strip <= strips; strip++)
        {
            while (row < Rows && (Starts[row] + ((long)RowCost * row)) * strips < all * strip) row++;
            cuts[strip] = row;
        }

        return cuts;
    }

    /// <summary>A row's remaining weights in one panel.</summary>
    /// <param name="Row">The row.</param>
    /// <param name="Start">The first of them.</param>
    /// <param name="Length">How many there are.</param>
    internal readonly record struct Item(int Row, int Start, int Length);
}
