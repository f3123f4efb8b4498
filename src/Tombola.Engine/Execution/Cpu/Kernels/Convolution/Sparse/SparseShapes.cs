namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>The patch of the target that one tile of <see cref="SparseKernel"/> computes, in at most 16 vectors, as constants of the compiled code.</summary>
internal interface ISparseShape
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }

    /// <summary>Vectors of 16 lanes in a pixel: all lanes, or half of them.</summary>
    static abstract int Vectors { get; }

    /// <summary>Where the i-th vector lies, given the distances of rows and columns. With constants in it: the compiler gives up on a formula for all shapes.</summary>
    static abstract nint Place(int i, nint row, nint column);
}

/// <summary>Half of the lanes of 4 x 4 pixels: what it reads is smallest for 16 vectors.</summary>
internal readonly struct SparseSquare : ISparseShape
{
    public static int Rows => 4;

    public static int Columns => 4;

    public static int Vectors => 1;

    public static nint Place(int i, nint row, nint column) => (i / 4 * row) + (i % 4 * column);
}

/// <summary>A map of 2 x 2 pixels.</summary>
internal readonly struct SparseSmallSquare : ISparseShape
{
    public static int Rows => 2;

    public static int Columns => 2;

    public static int Vectors => 2;

    public static nint Place(int i, nint row, nint column) => (i / 4 * row) + (i / 2 % 2 * column) + (i % 2 * 16);
}

/// <summary>Eight pixels of a row: where maps come from memory, which likes long runs.</summary>
internal readonly struct SparseEight : ISparseShape
{
    public static int Rows => 1;

    public static int Columns => 8;

    public static int Vectors => 2;

    public static nint Place(int i, nint row, nint column) => (i / 2 * column) + (i % 2 * 16);
}

/// <summary>Four pixels of a row.</summary>
internal readonly struct SparseFour : ISparseShape
{
    public static int Rows => 1;

    public static int Columns => 4;

    public static int Vectors => 2;

    public static nint Place(int i, nint row, nint column) => (i / 2 * column) + (i % 2 * 16);
}

/// <summary>Two pixels of a row.</summary>
internal readonly struct SparseTwo : ISparseShape
{
    public static int Rows => 1;

    public static int Columns => 2;

    public static int Vectors => 2;

    public static nint Place(int i, nint row, nint column) => (i / 2 * column) + (i % 2 * 16);
}

/// <summary>One pixel.</summary>
internal readonly struct SparseOne : ISparseShape
{
    public static int Rows => 1;

    public static int Columns => 1;

    public static int Vectors => 2;

    public static nint Place(int i, nint row, nint column) => i * 16;
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
