namespace Tombola.Landscape;

/// <summary>How many eigenvalues lie where: the nodes of a quadrature, smoothed.</summary>
internal static class SpectralDensity
{
    /// <summary>The density at equally spaced places from below the least node to above the largest.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="width">Standard deviation of the Gaussian that each node becomes.</param>
    /// <param name="points">Places.</param>
    public static IReadOnlyList<(double Value, double Density)> Of(IReadOnlyList<SpectralNode> nodes, double width, int points)
    {
        var (least, most) = (nodes.Min(node => node.Value) - (4 * width), nodes.Max(node => node.Value) + (4 * width));
        return
        [
            .. from i in Enumerable.Range(0, points)
               let value = least + ((most - least) * i / (points - 1))
               select (value, nodes.Sum(node => node.Weight * Math.Exp(-0.5 * Math.Pow((value - node.Value) / width, 2)) / (width * Math.Sqrt(2 * Math.PI)))),
        ];
    }

    /// <summary>The part of the spectrum within a distance of zero.</summary>
    public static double PartWithin(IReadOnlyList<SpectralNode> nodes, double distance) => nodes.Where(node => Math.Abs(node.Value) <= distance).Sum(node => node.Weight);
}
