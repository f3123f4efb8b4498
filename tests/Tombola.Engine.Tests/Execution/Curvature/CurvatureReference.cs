using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>Products with curvature in float64, from differences: of the gradient for the Hessian, of the logits for the Gauss-Newton matrix.</summary>
/// <param name="network">The architecture.</param>
/// <param name="state">Where.</param>
/// <param name="samples">The mini-batch.</param>
/// <param name="labels">Its labels.</param>
/// <param name="training">Whether batch norms normalise by the mini-batch.</param>
internal sealed class CurvatureReference(Network network, NetworkState state, float[][] samples, int[] labels, bool training)
{
    /// <summary>Small enough that hardly a rectifier changes its mind on the way, which the gradient's rounding of 1e-16 allows.</summary>
    private const double H = 1e-6;

    private readonly ReferenceNetwork _twin = new(network, state);

    /// <summary>Hessian of the sum of the losses, times a direction.</summary>
    public double[] Hessian(float[] direction)
    {
        var (above, below) = (GradientAt(direction, H), GradientAt(direction, -H));
        return [.. above.Zip(below, (x, y) => labels.Length * (x - y) / (2 * H))];
    }

    /// <summary>u' G v of the Gauss-Newton matrix G of the sum of the losses.</summary>
    public double GaussNewton(float[] u, float[] v)
    {
        var (first, second) = (LogitTangents(u), LogitTangents(v));
        var logits = Forward(v, 0).Logits;
        var sum = 0.0;
        for (var n = 0; n < labels.Length; n++)
        {
            var largest = logits[n].Max();
            double[] p = [.. logits[n].Select(z => Math.Exp(z - largest))];
            var total = p.Sum();
            var (mean1, mean2, cross) = (0.0, 0.0, 0.0);
            for (var c = 0; c < p.Length; c++)
            {
                mean1 += p[c] / total * first[n][c];
                mean2 += p[c] / total * second[n][c];
                cross += p[c] / total * first[n][c] * second[n][c];
            }

            sum += cross - (mean1 * mean2);
        }

        return sum;
    }

    private double[][] LogitTangents(float[] direction)
    {
        var (above, below) = (Forward(direction, H).Logits, Forward(direction, -H).Logits);
        return [.. above.Zip(below, (x, y) => x.Zip(y, (a, b) => (a - b) / (2 * H)).ToArray())];
    }

    private double[] GradientAt(float[] direction, double step) => Forward(direction, step).Gradient(labels).Gradient;

    private ReferencePass<double> Forward(float[] direction, double step)
    {
        for (var i = 0; i < direction.Length; i++) _twin.Weights[i] = state.Weights[i] + (step * direction[i]);
        return _twin.Forward(samples, training);
    }
}
