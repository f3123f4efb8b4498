namespace Tombola.Engine.Execution.Kernels;

/// <summary>A tile of output pixels: where it lies, its lists of pixels, and the copy of what it reads.</summary>
/// <param name="Shape">How the work is cut up.</param>
/// <param name="Block">First lane block.</param>
/// <param name="Blocks">Lane blocks.</param>
/// <param name="Row">First row of output pixels.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Column">First column of output pixels.</param>
/// <param name="Columns">Columns.</param>
internal readonly unsafe record struct SparseGradientTile(SparseGradientShape Shape, int Block, int Blocks, int Row, int Rows, int Column, int Columns)
{
    /// <summary>Writes the pixels of a list.</summary>
    /// <returns>Their number.</returns>
    public int Pixels(int list, LanePlanes inputPlanes, LanePlanes gradientPlanes, SparsePixel* pixel)
    {
        var shape = Shape.Convolution;
        var first = pixel;
        var (r, s) = Math.DivRem(list, shape.Kernel);
        var (rows, columns) = ((From: Row, To: Row + Rows), (From: Column, To: Column + Columns));
        if (Shape.ByTap)
        {
            rows = Common(rows, shape.Valid(r, shape.InputRows, shape.OutputRows));
            columns = Common(columns, shape.Valid(s, shape.InputColumns, shape.OutputColumns));
        }

        for (var block = 0; block < Blocks; block++)
        {
            for (var row = rows.From; row < rows.To; row++)
            {
                for (var column = columns.From; column < columns.To; column++)
                {
                    var x = Shape.ByTap
                        ? (((row * shape.Stride) + r - shape.Padding) * shape.InputColumns) + (column * shape.Stride) + s - shape.Padding
                        : ((row - Row) * shape.Stride * Shape.WindowColumns) + ((column - Column) * shape.Stride);
                    var y = (row * shape.OutputColumns) + column;
                    *pixel++ = new SparsePixel((x * LanePlanes.Lanes) + (block * inputPlanes.BlockStride), (y * LanePlanes.Lanes) + (block * gradientPlanes.BlockStride));
                }
            }
        }

        return (int)(pixel - first);
    }

    /// <summary>Copies the windows of channels [<paramref name="from"/>, <paramref name="to"/>), with zeros around the map.</summary>
    public void Copy(float* input, LanePlanes planes, int from, int to, float* window)
    {
        const int Lane = LanePlanes.Lanes;
        var shape = Shape.Convolution;
        var (firstRow, firstColumn) = ((Row * shape.Stride) - shape.Padding, (Column * shape.Stride) - shape.Padding);
        var left = Math.Clamp(-firstColumn, 0, Shape.WindowColumns);
        var copied = Math.Clamp(shape.InputColumns - firstColumn, left, Shape.WindowColumns) - left;
        var right = Shape.WindowColumns - left - copied;
        for (var c = from; c < to; c++)
        {
            var plane = input + ((nint)Block * planes.BlockStride) + ((nint)c * planes.PlaneStride);
            for (var row = firstRow; row < firstRow + Shape.WindowRows; row++, window += Shape.WindowColumns * Lane)
            {
                if (row < 0 || row >= shape.InputRows)
                {
                    new Span<float>(window, Shape.WindowColumns * Lane).Clear();
                    continue;
                }

                new Span<float>(window, left * Lane).Clear();
                new Span<float>(plane + (((row * shape.InputColumns) + firstColumn + left) * Lane), copied * Lane).CopyTo(new Span<float>(window + (left * Lane), copied * Lane));
                new Span<float>(window + ((left + copied) * Lane), right * Lane).Clear();
            }
        }
    }

    private static (int From, int To) Common((int From, int To) one, (int From, int To) other) => (Math.Max(one.From, other.From), Math.Min(one.To, other.To));
}
