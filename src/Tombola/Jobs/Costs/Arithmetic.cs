using System.Collections.Concurrent;
using Tombola.Engine.Networks;

namespace Tombola.Jobs;

/// <summary>Multiply-adds of a network for one example, for the costs of jobs; networks are looked at once.</summary>
internal static class Arithmetic
{
    private static readonly ConcurrentDictionary<string, (double All, double Linear)> Known = new();

    /// <summary>Forward, with every weight present.</summary>
    public static double Forward(string model) => Of(model).All / 2;

    /// <summary>Forward and backward, which is twice as much.</summary>
    public static double Training(string model) => 3 * Forward(model);

    /// <summary>Time of a step under a mask, as a part of a dense one. Near what docs/performance.md reports, and rather above: kernels for convolutions gain little until few weights are left.</summary>
    /// <param name="model">Name of the architecture.</param>
    /// <param name="density">Fraction of the weights that remain.</param>
    public static double SparsePart(string model, double density)
    {
        var (all, linear) = Of(model);
        var (ofLinear, ofConvolutions) = (Math.Min(1, 0.1 + (1.5 * density)), Math.Clamp(1 + (0.18 * Math.Log(density / 0.2)), 0.4, 1));
        return double.Lerp(ofConvolutions, ofLinear, linear / all);
    }

    private static (double All, double Linear) Of(string model) => Known.GetOrAdd(model, name =>
    {
        var network = Architectures.Create(name);
        return (network.Flops, network.Layers.OfType<LinearLayer>().Sum(layer => layer.Flops));
    });
}
