using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Landscape;

/// <summary>How differently two networks behave on the same examples (Frankle et al. 2020, appendix G).</summary>
/// <param name="PredictionDifference">Fraction of examples that they classify differently.</param>
/// <param name="LossDistance">Euclidean distance between their vectors of per-example losses, nats.</param>
internal sealed record FunctionDistance(double PredictionDifference, double LossDistance)
{
    /// <summary>Evaluates two states on the same examples.</summary>
    public static FunctionDistance Between(NetworkState first, NetworkState second, int examples, Evaluator evaluator, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        var losses = new float[2, examples];
        var predictions = new int[2, examples];
        evaluator.Evaluate(
            [first, second],
            (network, example, loss, prediction) => (losses[network, example], predictions[network, example]) = (loss, prediction),
            cancellation);
        var (differing, squares) = (0, 0.0);
        for (var n = 0; n < examples; n++)
        {
            if (predictions[0, n] != predictions[1, n]) differing++;
            var difference = (double)losses[0, n] - losses[1, n];
            squares += difference * difference;
        }

        return new FunctionDistance((double)differing / examples, Math.Sqrt(squares));
    }
}
