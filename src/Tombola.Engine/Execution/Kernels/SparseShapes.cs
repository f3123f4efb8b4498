namespace Tombola.Engine.Execution.Kernels;

/// <summary>The patch of the target that one tile of <see cref="SparseKernel"/> computes, in at most 16 vectors, as constants of the compiled code.</summary>
internal interface ISparseShape
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }

    /// <summary>Vectors of 16 lanes in a pixel: all lanes, or half of them.</summary>
    static abstract int Vectors { get; }
}

/// <summary>Half of the lanes of 4 x 4 pixels: what it reads is smallest for 16 vectors.</summary>
internal readonly struct SparseSquare : ISparseShape
{
    public static int Rows => 4;

    public static int Columns => 4;

    public static int Vectors => 1;
}

/// <summary>A map of 2 x 2 pixels.</summary>
internal readonly struct SparseSmallSquare : ISparseShape
{
    public static int Rows => 2;

    public static int Columns => 2;

    public static int Vectors => 2;
}

/// <summary>Eight pixels of a row: where maps come from memory, which likes long runs.</summary>
internal readonly struct SparseEight : ISparseShape
{
    public static int Rows => 1;

    public static int Columns => 8;

    public static int Vectors => 2;
}

/// <summary>Four pixels of a row.</summary>
internal readonly struct SparseFour : ISparseShape
{
    public static int Rows => 1;

    public static int Columns => 4;

    public static int Vectors => 2;
}

/// <summary>Two pixels of a row.</summary>
internal readonly struct SparseTwo : ISparseShape
{
    public static int Rows => 1;

    public static int Columns => 2;

    public static int Vectors => 2;
}

/// <summary>One pixel.</summary>
internal readonly struct SparseOne : ISparseShape
{
    public static int Rows => 1;

    public static int Columns => 1;

    public static int Vectors => 2;
}

/// <summary>Pixels of the source from one column of a patch to the next.</summary>
internal interface ISparseStep
{
    static abstract int Pixels { get; }
}

/// <summary>Side by side.</summary>
internal readonly struct SparseUnitStep : ISparseStep
{
    public static int Pixels => 1;
}

/// <summary>Every other.</summary>
internal readonly struct SparseDoubleStep : ISparseStep
{
    public static int Pixels => 2;
}
