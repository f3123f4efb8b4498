using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>
/// GraSP: w (H g), so that weights go whose removal is expected to lower the norm of the gradient least or to raise it most, those with the highest -w (H g)
/// (Wang et al. 2020, section 4).
/// </summary>
/// <remarks>
/// g is the gradient of the mean loss on one mini-batch with respect to the prunable weights that remain, exempt ones too, H the Hessian. H g is the central
/// difference of two gradients along g. The logits are taken as they are, without the temperature of the authors' program.
/// </remarks>
internal static class GraspScore
{
    /// <summary>
    /// How far the central difference moves at most, as a part of each layer's norm: the cube root of a float's rounding error 2^-24, where truncation (its
    /// square) and rounding (2^-24 over it) come out alike.
    /// </summary>
    private const double Displacement = 1.0 / 256;

    /// <summary>Gradients that the score takes: g, and one on either side.</summary>
    internal const int Gradients = 3;

    /// <summary>w (H g) of every weight that remains: the paper's score with its sign changed, so that the lowest go.</summary>
    public static double[] Of(PruningInput input)
    {
        using var gradient = input.Gradient();
        var state = input.State.Under(input.Mask);
        var direction = gradient.At(state);
        input.Mask.Apply(direction);
        foreach (var parameter in state.Space.Parameters.Where(parameter => !parameter.Prunable)) parameter.Of(direction.AsSpan()).Clear();

        var step = StepAlong(direction, state);
        var (ahead, behind) = (gradient.At(Moved(state, direction, step)), gradient.At(Moved(state, direction, -step)));
        var importances = new double[direction.Length];
        for (var i = 0; i < importances.Length; i++) importances[i] = state.Weights[i] * (((double)ahead[i] - behind[i]) / (2 * step));
        return importances;
    }

    /// <summary>The longest step that moves no layer by more than <see cref="Displacement"/> of its norm; any will do where nothing can move.</summary>
    private static double StepAlong(float[] direction, NetworkState state) => state.Space.Prunable
        .Select(parameter => Displacement * Norm(state[parameter]) / Norm(parameter.Of(direction.AsSpan())))
        .Where(step => step > 0 && double.IsFinite(step))
        .DefaultIfEmpty(1)
        .Min();

    private static NetworkState Moved(NetworkState state, float[] direction, double step)
    {
        var moved = state.Clone();
        for (var i = 0; i < direction.Length; i++) moved.Weights[i] = (float)(moved.Weights[i] + (step * direction[i]));
        return moved;
    }

    private static double Norm(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += (double)value * value;
        return Math.Sqrt(sum);
    }
}
