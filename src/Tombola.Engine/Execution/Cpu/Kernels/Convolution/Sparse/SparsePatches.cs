namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>How the target of a sparse convolution is cut into patches, band after band of rows, and which taps reach the source from where.</summary>
/// <remarks>
/// A patch must be of a kind that <see cref="SparseKernel"/> has loops for: a tap may reach the source from all of its rows, from all but the first or from all
/// but the last, and so for columns. A filter that reaches out further gets patches of single rows and columns at the border, which any tap
/// serves or not.
/// </remarks>
internal sealed class SparsePatches
{
    /// <param name="index">The remaining weights.</param>
    public SparsePatches(SparseIndex index)
    {
        var bands = new List<(int Row, List<SparsePatch> Patches)>();
        var runs = new List<SparseRun>();
        for (var phase = 0; phase < index.Rows.TargetStep; phase++)
        {
            for (var u = 0; u < index.Rows.Steps(phase);)
            {
                var (height, widths) = Best(index, phase, u);
                bands.Add((index.Rows.Target(phase, u), [.. Band(index, phase, u, height, widths, runs)]));
                u += height;
            }
        }

        bands.Sort((a, b) => a.Row.CompareTo(b.Row));
        Patches = [.. bands.SelectMany(band => band.Patches)];
        Ends = new int[bands.Count + 1];
        for (var band = 0; band < bands.Count; band++) Ends[band + 1] = Ends[band] + bands[band].Patches.Count;
        Runs = [.. runs];
    }

    /// <summary>All patches of a lane block.</summary>
    public SparsePatch[] Patches { get; }

    /// <summary>Band i is Patches[Ends[i]..Ends[i + 1]]; bands go down the map and cost about the same.</summary>
    public int[] Ends { get; }

    /// <summary>The patches' runs.</summary>
    public SparseRun[] Runs { get; }

    /// <summary>Height and possible widths of the band at step <paramref name="u"/>.</summary>
    private static (int Height, int[] Widths) Best(SparseIndex index, int phase, int u)
    {
        // A pixel of the source further than two away is not a constant of any compiled loop.
        if (index.Columns.SourceStep > 2) return (1, [1]);
        var columns = index.Columns.Steps(0);
        if (columns < 32 && index.Rows.Allows(phase, u, 4) && CutsInto(4)) return (4, [4]);
        if (columns == 2 && index.Rows.Allows(phase, u, 2) && CutsInto(2)) return (2, [2]);
        return (1, columns < 32 ? [4, 2, 1] : [8, 4, 2, 1]);

        bool CutsInto(int width)
        {
            for (var p = 0; p < index.Columns.TargetStep; p++)
            {
                for (var v = 0; v < index.Columns.Steps(p); v += width)
                {
                    if (!index.Columns.Allows(p, v, width)) return false;
                }
            }

            return true;
        }
    }

    private static IEnumerable<SparsePatch> Band(SparseIndex index, int rowPhase, int u, int height, int[] widths, List<SparseRun> runs)
    {
        for (var phase = 0; phase < index.Columns.TargetStep; phase++)
        {
            for (var v = 0; v < index.Columns.Steps(phase);)
            {
                var width = widths.First(width => width == 1 || index.Columns.Allows(phase, v, width));
                var first = runs.Count;
                for (var i = 0; i < index.Taps.Length; i++)
                {
                    var (row, column) = index.Tap(i);
                    if (row.Phase != rowPhase || column.Phase != phase) continue;
                    var (rows, columns) = (row.Over(u, height), column.Over(v, width));
                    if (rows == SparseReach.None || columns == SparseReach.None) continue;
                    var part = SparseParts.Of(rows, columns);
                    if (runs.Count > first && runs[^1].To == i && runs[^1].Part == part)
                    {
                        runs[^1] = runs[^1] with { To = i + 1 };
                    }
                    else
                    {
                        runs.Add(new SparseRun(i, i + 1, part));
                    }
                }

                var source = (u * index.Rows.SourceStep * index.Columns.Sources) + (v * index.Columns.SourceStep);
                var target = (index.Rows.Target(rowPhase, u) * index.Columns.Targets) + index.Columns.Target(phase, v);
                for (var lane = 0; lane < LanePlanes.Lanes; lane += height == 4 ? 16 : LanePlanes.Lanes)
                {
                    yield return new SparsePatch(height, width, (source * LanePlanes.Lanes) + lane, (target * LanePlanes.Lanes) + lane, first, runs.Count);
                }

                v += width;
            }
        }
    }
}

/// <summary>A patch of the target: so many rows and columns, and all lanes or half of them.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Source">Its place in a plane of the source, in floats.</param>
/// <param name="Target">Its place in a plane of the target.</param>
/// <param name="FirstRun">Its first run of taps.</param>
/// <param name="EndRun">Run after the last.</param>
internal readonly record struct SparsePatch(int Height, int Width, int Source, int Target, int FirstRun, int EndRun);

/// <summary>Neighbouring lists of a <see cref="SparseIndex"/> that reach the source from the same vectors of a patch.</summary>
/// <param name="From">First list.</param>
/// <param name="To">List after the last.</param>
/// <param name="Part">Those vectors.</param>
internal readonly record struct SparseRun(int From, int To, SparsePart Part);
