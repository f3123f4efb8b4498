namespace Tombola.Engine.Tests.Reference;

/// <summary>
/// Twins of the update rules for one weight, in float64 but with the kernel's float32 constants. Size is what rounding errors of the
/// new weight are proportional to: the sum of the sizes of its terms.
/// </summary>
internal static class ReferenceRules
{
    public static (double Weight, double Size, double First, double Second) Plain(float rate, float decay, float w, float g)
    {
        var total = g + ((double)decay * w);
        return (w - (rate * total), Math.Abs(w) + Math.Abs(rate * total), 0, 0);
    }

    public static (double Weight, double Size, double First, double Second) Momentum(float rate, float decay, float momentum, bool nesterov, float w, float g, float velocity)
    {
        var total = g + ((double)decay * w);
        var next = (momentum * (double)velocity) + total;
        var direction = nesterov ? total + (momentum * next) : next;
        var size = Math.Abs(w) + (rate * (Math.Abs(total) + Math.Abs(momentum * (double)velocity)) * (nesterov ? 2 : 1));
        return (w - (rate * direction), size, next, 0);
    }

    public static (double Weight, double Size, double First, double Second) Adam(
        float scaledRate, float decay, float beta1, float oneMinusBeta1, float beta2, float oneMinusBeta2, float inverseRootCorrection, float epsilon, float w, float g, float m, float v)
    {
        var total = g + ((double)decay * w);
        var first = (beta1 * (double)m) + (oneMinusBeta1 * total);
        var second = (beta2 * (double)v) + (oneMinusBeta2 * total * total);
        var denominator = (Math.Sqrt(second) * inverseRootCorrection) + epsilon;
        var size = Math.Abs(w) + (scaledRate * (Math.Abs(beta1 * (double)m) + Math.Abs(oneMinusBeta1 * total)) / denominator);
        return (w - (scaledRate * first / denominator), size, first, second);
    }

    public static (double Weight, double Size, double First, double Second) RootMeanSquare(
        float rate, float decay, float smoothing, float oneMinusSmoothing, float momentum, float epsilon, float w, float g, float square, float velocity)
    {
        var total = g + ((double)decay * w);
        var first = (smoothing * (double)square) + (oneMinusSmoothing * total * total);
        var share = total / (Math.Sqrt(first) + epsilon);
        var size = Math.Abs(w) + (rate * (Math.Abs(momentum * (double)velocity) + Math.Abs(share)));
        var second = (momentum * (double)velocity) + share;
        return (w - (rate * second), size, first, second);
    }
}
