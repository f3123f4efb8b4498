using MathNet.Numerics.LinearAlgebra;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Landscape;

/// <summary>The plane in which a training moves most: through a network, along the first two principal components of the ways from it to the training's states (Li et al. 2018, section 7).</summary>
/// <param name="Plane">The plane.</param>
/// <param name="Explained">Fractions of the squared ways that lie along the two components.</param>
/// <remarks>
/// Of all planes through the network it has the least sum of squared distances to the states. The components are found among the combinations of the
/// ways, from their inner products, so that the size of the problem is the number of states and not that of the network.
/// </remarks>
internal sealed record TrajectoryPlane(Plane Plane, IReadOnlyList<double> Explained)
{
    private const int Components = 2;

    /// <summary>A second component that is smaller than this part of the first is none: float32 has seven digits, and these are squares.</summary>
    private const double Flat = 1e-12;

    /// <param name="states">The states on the way.</param>
    /// <param name="origin">The network at (0, 0), which may be one of them.</param>
    /// <exception cref="SettingException">The states lie on one line with the network.</exception>
    public static TrajectoryPlane Of(IReadOnlyList<NetworkState> states, NetworkState origin)
    {
        ArgumentNullException.ThrowIfNull(states);
        PlaneAxis[] ways = [.. states.Select(state => PlaneAxis.Between(origin, state))];
        var found = Matrix<double>.Build.Dense(ways.Length, ways.Length, Products(ways)).Evd(Symmetricity.Symmetric);
        var order = Enumerable.Range(0, ways.Length).OrderByDescending(i => found.EigenValues[i].Real).Take(Components).ToArray();
        double[] squares = [.. order.Select(i => found.EigenValues[i].Real)];
        if (squares.Length < Components || !(squares[1] > Flat * squares[0]))
        {
            throw new SettingException($"The {states.Count} states of the training lie on one line in weight space, and so span no plane. Keep more states on the way, with tombola train --keep STEP,STEP.");
        }

        PlaneAxis[] axes = [.. order.Select((i, c) => PlaneAxis.Sum(ways, Directed(found.EigenVectors.Column(i).AsArray(), Math.Sqrt(squares[c]))))];
        var all = ways.Sum(way => way.Dot(way));
        return new TrajectoryPlane(new Plane(origin, axes[0], axes[1]), [.. squares.Select(square => square / all)]);
    }

    private static double[] Products(PlaneAxis[] ways)
    {
        var products = new double[ways.Length * ways.Length];
        for (var i = 0; i < ways.Length; i++)
        {
            for (var j = 0; j <= i; j++) products[(i * ways.Length) + j] = products[(j * ways.Length) + i] = ways[i].Dot(ways[j]);
        }

        return products;
    }

    /// <summary>Of the two ways in which a component can point, the one in which the state that is farthest along it lies; and of unit length.</summary>
    private static double[] Directed(double[] component, double length)
    {
        var times = (component.MaxBy(Math.Abs) < 0 ? -1 : 1) / length;
        return [.. component.Select(part => part * times)];
    }
}
