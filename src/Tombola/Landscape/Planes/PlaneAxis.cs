using Tombola.Engine.Networks;

namespace Tombola.Landscape;

/// <summary>A direction in weight space in float64, with the change of batch norm's running statistics that goes with it.</summary>
/// <param name="Weights">One number a weight.</param>
/// <param name="Statistics">One number a running statistic; zeros where they stay.</param>
internal sealed record PlaneAxis(double[] Weights, double[] Statistics)
{
    /// <summary>Euclidean length; statistics are no weights, and count for nothing.</summary>
    public double Length => Math.Sqrt(Dot(this));

    /// <summary>The way from one network to another.</summary>
    public static PlaneAxis Between(NetworkState from, NetworkState to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return new PlaneAxis(Difference(from.Weights, to.Weights), Difference(from.Statistics, to.Statistics));
    }

    /// <summary>Sum of directions, each times a number.</summary>
    public static PlaneAxis Sum(IReadOnlyList<PlaneAxis> axes, IReadOnlyList<double> times)
    {
        ArgumentNullException.ThrowIfNull(axes);
        ArgumentNullException.ThrowIfNull(times);
        var sum = new PlaneAxis(new double[axes[0].Weights.Length], new double[axes[0].Statistics.Length]);
        for (var a = 0; a < axes.Count; a++)
        {
            Add(sum.Weights, axes[a].Weights, times[a]);
            Add(sum.Statistics, axes[a].Statistics, times[a]);
        }

        return sum;
    }

    /// <summary>Inner product of the weights, added up in their order: the bits do not depend on the width of vectors.</summary>
    public double Dot(PlaneAxis other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (sum, others) = (0.0, other.Weights);
        for (var i = 0; i < Weights.Length; i++) sum += Weights[i] * others[i];
        return sum;
    }

    private static double[] Difference(float[] from, float[] to)
    {
        var difference = new double[from.Length];
        for (var i = 0; i < difference.Length; i++) difference[i] = (double)to[i] - from[i];
        return difference;
    }

    private static void Add(double[] sum, double[] numbers, double times)
    {
        for (var i = 0; i < sum.Length; i++) sum[i] += times * numbers[i];
    }
}
