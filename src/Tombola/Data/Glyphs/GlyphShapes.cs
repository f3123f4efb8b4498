namespace Tombola.Data;

/// <summary>The ten characters, as strokes in a square from (-1, -1), top left, to (1, 1). Most have a neighbour that differs in one detail.</summary>
internal static class GlyphShapes
{
    private static readonly GlyphStroke[][] All =
    [
        // Ring.
        [Curve((0, -0.9), (-0.65, -0.85), (-0.85, 0), (-0.65, 0.85), (0, 0.9), (0.65, 0.85), (0.85, 0), (0.65, -0.85), (0, -0.9))],

        // Cup: a ring that is open at the top.
        [Curve((-0.7, -0.9), (-0.8, 0), (-0.65, 0.9), (0, 0.95), (0.65, 0.9), (0.8, 0), (0.7, -0.9))],

        // Arch: a ring that is open at the bottom.
        [Curve((-0.75, 0.9), (-0.8, 0), (-0.65, -0.9), (0, -0.95), (0.65, -0.9), (0.8, 0), (0.75, 0.9))],

        // Zigzag.
        [Line((-0.7, -0.85), (0.7, -0.85), (-0.7, 0.85), (0.7, 0.85))],

        // Swan: a zigzag with a round neck.
        [Curve((-0.75, -0.45), (-0.55, -0.95), (0.75, -1.05), (0.8, -0.1), (-0.3, 0.4), (-0.7, 0.85)), Line((-0.7, 0.85), (0.75, 0.85))],

        // Trident: a cup with a stem.
        [Curve((-0.75, -0.9), (-0.8, 0.15), (0, 0.4), (0.8, 0.15), (0.75, -0.9)), Line((0, -0.6), (0, 0.95))],

        // Pennant.
        [Line((-0.55, 0.95), (-0.55, -0.9), (0.7, -0.45), (-0.55, 0.05))],

        // Tadpole: a small ring with a tail, near the pennant turned round.
        [Curve((0.5, -0.35), (0.4, -0.95), (-0.6, -0.95), (-0.75, -0.3), (-0.5, 0.3), (0.4, 0.2), (0.5, -0.35)), Curve((0.5, -0.6), (0.55, 0.3), (0.2, 0.95))],

        // Gate: two posts and a bar.
        [Line((-0.65, -0.9), (-0.65, 0.9)), Line((0.65, -0.9), (0.65, 0.9)), Line((-0.65, 0), (0.65, 0))],

        // Star: a cross with a bar.
        [Line((-0.7, -0.85), (0.7, 0.85)), Line((0.7, -0.85), (-0.7, 0.85)), Line((-0.8, 0), (0.8, 0))],
    ];

    public static int Count => All.Length;

    public static IReadOnlyList<GlyphStroke> Strokes(int label) => All[label];

    private static GlyphStroke Curve(params (double X, double Y)[] points) => new(points, IsSmooth: true);

    private static GlyphStroke Line(params (double X, double Y)[] points) => new(points, IsSmooth: false);
}

/// <summary>One movement of the pen.</summary>
/// <param name="Points">Corners, or control points of a quadratic B-spline that starts and ends in the first and last.</param>
/// <param name="IsSmooth">Whether it is a spline.</param>
internal sealed record GlyphStroke((double X, double Y)[] Points, bool IsSmooth);
