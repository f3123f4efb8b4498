using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>Weights and running statistics from integers alone, none of them at a value where a forgotten factor or summand would not show.</summary>
/// <remarks><c>tests/oracles/torch_models.py</c> fills its models in the same way; change both or neither.</remarks>
internal static class FormulaState
{
    private const uint ParameterSalt = 100, StatisticSalt = 400;

    public static NetworkState Of(Network network)
    {
        var state = new NetworkState(network.Space);
        var scales = network.Layers.OfType<BatchNormLayer>().Select(norm => $"{norm.Name}.weight").ToHashSet();
        for (var p = 0; p < network.Space.Parameters.Count; p++)
        {
            var (parameter, salt) = (network.Space.Parameters[p], ParameterSalt + (uint)p);
            if (scales.Contains(parameter.Name)) Fill(state[parameter], u => 0.5 + u, salt);
            else if (parameter.Prunable) Fill(state[parameter], u => ((2 * u) - 1) * Math.Sqrt(6.0 / parameter.FanIn), salt);
            else Fill(state[parameter], u => ((2 * u) - 1) * 0.1, salt);
        }

        for (var s = 0; s < network.Space.Statistics.Count; s++)
        {
            var (part, salt) = (network.Space.Statistics[s], StatisticSalt + (uint)s);
            if (part.Name.EndsWith(".running_var", StringComparison.Ordinal)) Fill(state[part], u => 0.5 + u, salt);
            else Fill(state[part], u => ((2 * u) - 1) * 0.5, salt);
        }

        return state;
    }

    private static void Fill(Span<float> values, Func<double, double> map, uint salt)
    {
        for (var i = 0; i < values.Length; i++) values[i] = (float)map(Formula.Unit((uint)i, salt));
    }
}
