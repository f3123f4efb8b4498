using Tombola.Engine.Execution;

namespace Tombola.Engine.Tests.Reference;

/// <summary>The update rules in float64, one weight at a time, as PyTorch documents them.</summary>
internal sealed class ReferenceOptimizer(OptimizerSpec spec, int weights)
{
    /// <summary>SGD: velocity. Adam: first moment. RMSprop: mean square.</summary>
    public double[] First { get; } = new double[weights];

    /// <summary>Adam: second moment. RMSprop: velocity.</summary>
    public double[] Second { get; } = new double[weights];

    public long StepsTaken { get; set; }

    /// <summary>One step on all weights.</summary>
    public void Step(double[] w, double[] gradient, double rate)
    {
        StepsTaken++;
        for (var i = 0; i < w.Length; i++)
        {
            var g = gradient[i] + (spec.WeightDecay * w[i]);
            w[i] -= spec.Kind switch
            {
                OptimizerKind.Sgd => rate * Descent(i, g),
                OptimizerKind.Adam => rate * Adam(i, g),
                _ => rate * RootMeanSquare(i, g),
            };
        }
    }

    private double Descent(int i, double g)
    {
        First[i] = (spec.Momentum * First[i]) + g;
        return spec.Nesterov ? g + (spec.Momentum * First[i]) : First[i];
    }

    private double Adam(int i, double g)
    {
        First[i] = (spec.Beta1 * First[i]) + ((1 - spec.Beta1) * g);
        Second[i] = (spec.Beta2 * Second[i]) + ((1 - spec.Beta2) * g * g);
        var first = First[i] / (1 - Math.Pow(spec.Beta1, StepsTaken));
        var second = Second[i] / (1 - Math.Pow(spec.Beta2, StepsTaken));
        return first / (Math.Sqrt(second) + spec.Epsilon);
    }

    private double RootMeanSquare(int i, double g)
    {
        First[i] = (spec.Smoothing * First[i]) + ((1 - spec.Smoothing) * g * g);
        Second[i] = (spec.Momentum * Second[i]) + (g / (Math.Sqrt(First[i]) + spec.Epsilon));
        return Second[i];
    }
}
