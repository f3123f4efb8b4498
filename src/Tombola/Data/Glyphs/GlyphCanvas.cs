namespace Tombola.Data;

/// <summary>A square of pixels onto which line segments with round ends are drawn, smoothly at the edges.</summary>
/// <param name="side">Rows, and as many columns.</param>
internal sealed class GlyphCanvas(int side)
{
    /// <summary>Squared distance that counts as far away.</summary>
    private const double Far = 1e6;

    private readonly double[] _distances = new double[side * side];
    private readonly double[] _ink = new double[side * side];

    public int Side => side;

    /// <summary>Ink on each pixel, from 0 to 1, row by row.</summary>
    public ReadOnlySpan<double> Ink => _ink;

    public void Clear() => Array.Clear(_ink);

    /// <summary>Forgets the segments since the last <see cref="Stroke"/>.</summary>
    public void Begin() => Array.Fill(_distances, Far);

    /// <summary>Adds a segment: every pixel within <paramref name="reach"/> learns how near it is.</summary>
    /// <remarks>Coordinates in pixels; the centre of pixel (column x, row y) is (x, y).</remarks>
    public void Segment((double X, double Y) from, (double X, double Y) to, double reach)
    {
        var (left, right) = Range(Math.Min(from.X, to.X) - reach, Math.Max(from.X, to.X) + reach);
        var (top, bottom) = Range(Math.Min(from.Y, to.Y) - reach, Math.Max(from.Y, to.Y) + reach);
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var square = (dx * dx) + (dy * dy);
        var inverse = square > 0 ? 1 / square : 0;
        for (var y = top; y <= bottom; y++)
        {
            var row = _distances.AsSpan(y * side, side);
            var py = y - from.Y;
            for (var x = left; x <= right; x++)
            {
                var px = x - from.X;
                var t = ((px * dx) + (py * dy)) * inverse;
                t = t < 0 ? 0 : t > 1 ? 1 : t;
                var (ex, ey) = (px - (t * dx), py - (t * dy));
                var distance = (ex * ex) + (ey * ey);
                if (distance < row[x]) row[x] = distance;
            }
        }
    }

    /// <summary>Inks what lies within <paramref name="radius"/> of the segments; the edge falls off over one pixel. The darker ink stays.</summary>
    public void Stroke(double radius, double strength)
    {
        var outer = radius + 0.5;
        for (var i = 0; i < _ink.Length; i++)
        {
            if (_distances[i] >= outer * outer) continue;
            var coverage = outer - Math.Sqrt(_distances[i]);
            var ink = (coverage > 1 ? 1 : coverage) * strength;
            if (ink > _ink[i]) _ink[i] = ink;
        }
    }

    private (int First, int Last) Range(double low, double high) =>
        ((int)Math.Ceiling(low < 0 ? 0 : low), (int)Math.Floor(high > side - 1 ? side - 1 : high));
}
