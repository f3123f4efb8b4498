using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>Where an image comes to lie in its own frame: mirrored or not, then moved. What leaves the frame is cut off; what it leaves free is zero. The default leaves it as it is.</summary>
/// <param name="Top">Row of the image that lies in the frame's first row; negative moves the image down.</param>
/// <param name="Left">Column of the image, once mirrored, that lies in the frame's first column; negative moves the image to the right.</param>
/// <param name="Mirrored">Whether left and right change places first.</param>
internal readonly record struct Placement(int Top, int Left, bool Mirrored)
{
    /// <summary>Places one channel.</summary>
    /// <param name="source"><c>[row, column]</c>.</param>
    /// <param name="target">Receives as much; must not overlap the source.</param>
    /// <param name="shape">Gives rows and columns.</param>
    public void Apply<T>(ReadOnlySpan<T> source, Span<T> target, Shape shape)
    {
        var columns = shape.Columns;

        // Columns of the frame that show the image: first ... end - 1.
        var first = Math.Clamp(-Left, 0, columns);
        var end = Math.Clamp(columns - Left, first, columns);
        var (length, from) = (end - first, first + Left);
        if (Mirrored) from = columns - from - length;
        for (var y = 0; y < shape.Rows; y++)
        {
            var row = target.Slice(y * columns, columns);
            if ((uint)(y + Top) >= (uint)shape.Rows || length == 0)
            {
                row.Clear();
                continue;
            }

            var seen = row.Slice(first, length);
            source.Slice(((y + Top) * columns) + from, length).CopyTo(seen);
            if (Mirrored) seen.Reverse();
            row[..first].Clear();
            row[end..].Clear();
        }
    }
}
