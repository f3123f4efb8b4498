using Tombola.Engine.Networks;

namespace Tombola.Landscape;

/// <summary>How far apart two networks are in weight space.</summary>
/// <param name="L2">Euclidean distance.</param>
/// <param name="Cosine">Cosine of the angle between the weight vectors; 1 for equal directions.</param>
public sealed record WeightDistance(double L2, double Cosine)
{
    /// <summary>The angle in degrees (Frankle et al. 2019, section 3).</summary>
    public double Angle => Math.Acos(Math.Clamp(Cosine, -1, 1)) * 180 / Math.PI;

    /// <summary>Distance over the prunable weights, those that <paramref name="mask"/> keeps if one is given.</summary>
    public static WeightDistance Between(NetworkState first, NetworkState second, Mask? mask = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var (difference, dot, norm1, norm2) = (0.0, 0.0, 0.0, 0.0);
        foreach (var parameter in first.Space.Prunable)
        {
            for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i++)
            {
                if (mask is not null && !mask[i]) continue;
                double x = first.Weights[i], y = second.Weights[i];
                difference += (x - y) * (x - y);
                dot += x * y;
                norm1 += x * x;
                norm2 += y * y;
            }
        }

        var norms = Math.Sqrt(norm1) * Math.Sqrt(norm2);
        return new WeightDistance(Math.Sqrt(difference), difference == 0 ? 1 : norms == 0 ? 0 : dot / norms);
    }
}
