namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>The part of a patch that a tap serves: at a border it has no use for the first or last row, or column.</summary>
internal enum SparsePart
{
    All,
    NotFirstColumn,
    NotLastColumn,
    NotFirstRow,
    NotFirstRowNorFirstColumn,
    NotFirstRowNorLastColumn,
    NotLastRow,
    NotLastRowNorFirstColumn,
    NotLastRowNorLastColumn,
}

/// <summary>Parts of patches.</summary>
internal static class SparseParts
{
    /// <summary>The part that a tap with such reaches serves.</summary>
    /// <param name="rows">Rows that it serves: all, or all but the first or last.</param>
    /// <param name="columns">Columns, likewise.</param>
    public static SparsePart Of(SparseReach rows, SparseReach columns)
    {
        Checked.That(rows <= SparseReach.NotLast && columns <= SparseReach.NotLast);
        return (SparsePart)(((int)rows * ((int)SparseReach.NotLast + 1)) + (int)columns);
    }
}
