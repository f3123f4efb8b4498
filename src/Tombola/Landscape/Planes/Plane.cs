using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Landscape;

/// <summary>A plane in weight space: a network, and two directions from it. Running statistics move along like weights.</summary>
/// <param name="Origin">The network at (0, 0).</param>
/// <param name="First">One step of x.</param>
/// <param name="Second">One step of y.</param>
internal sealed record Plane(NetworkState Origin, PlaneAxis First, PlaneAxis Second)
{
    /// <summary>What is shorter than this part of a way is what rounding left of it.</summary>
    private const double Rounding = 1e-10;

    /// <summary>Networks that lie nearer to a line, as a part of their distance, span no plane: float32 has seven digits.</summary>
    private const double Flat = 1e-6;

    /// <summary>The plane through three networks (Garipov et al. 2018, appendix A.1): x runs from the first to the second, y at a right angle to it towards the third, both in Euclidean lengths.</summary>
    /// <exception cref="SettingException">They lie on one line.</exception>
    public static Plane Through(NetworkState origin, NetworkState second, NetworkState third)
    {
        var (u, c) = (PlaneAxis.Between(origin, second), PlaneAxis.Between(origin, third));
        var (length, side) = (u.Length, c.Length);
        if (length == 0 || side == 0) throw OnOneLine("Two of the three networks have the same weights");
        var first = PlaneAxis.Sum([u], [1 / length]);
        var v = PlaneAxis.Sum([c, first], [1, -c.Dot(first)]);
        var height = v.Length;
        return height > Flat * Math.Max(length, side) ? new Plane(origin, first, PlaneAxis.Sum([v], [1 / height])) : throw OnOneLine("The three networks lie on one line in weight space");
    }

    /// <summary>The network at a place. At (0, 0) it is the origin bit for bit; what all networks that span the plane have in common, all its points have.</summary>
    public NetworkState At(double x, double y) => x == 0 && y == 0 ? Origin.Clone() : new(Origin.Space, Point(Origin.Weights, First.Weights, Second.Weights, x, y), StatisticsAt(x, y));

    /// <summary>The running statistics at a place.</summary>
    public float[] StatisticsAt(double x, double y) => Point(Origin.Statistics, First.Statistics, Second.Statistics, x, y);

    /// <summary>The place of the plane that is nearest to a network, and how far it is from there.</summary>
    public PlanePlace PlaceOf(NetworkState network)
    {
        var way = PlaneAxis.Between(Origin, network);

        // Least squares, for directions that were drawn need not be at a right angle.
        var (aa, ab, bb, aw, bw) = (First.Dot(First), First.Dot(Second), Second.Dot(Second), First.Dot(way), Second.Dot(way));
        var determinant = (aa * bb) - (ab * ab);
        var (x, y) = (((aw * bb) - (bw * ab)) / determinant, ((bw * aa) - (aw * ab)) / determinant);
        var (far, distance) = (way.Length, PlaneAxis.Sum([way, First, Second], [1, -x, -y]).Length);
        return new PlanePlace(Kept(x * Math.Sqrt(aa)) ? x : 0, Kept(y * Math.Sqrt(bb)) ? y : 0, Kept(distance) ? distance : 0);

        bool Kept(double length) => Math.Abs(length) > Rounding * far;
    }

    private static SettingException OnOneLine(string what) => new($"{what}, and so span no plane. Give three networks of which none lies between the others; for a single line there is tombola path.");

    /// <summary>Added up in float64, and rounded once.</summary>
    private static float[] Point(float[] origin, double[] first, double[] second, double x, double y)
    {
        var point = new float[origin.Length];
        for (var i = 0; i < point.Length; i++) point[i] = (float)(origin[i] + (x * first[i]) + (y * second[i]));
        return point;
    }
}
