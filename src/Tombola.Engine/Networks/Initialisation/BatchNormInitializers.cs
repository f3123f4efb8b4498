using Tombola.Engine.Naming;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Networks;

/// <summary>A way to set batch norm's first scales and shifts.</summary>
/// <param name="Name">As in presets.</param>
/// <param name="Fill">Fills both vectors of a layer.</param>
public sealed record BatchNormInitializer(string Name, BatchNormFill Fill);

/// <summary>Fills scale and shift of one batch norm. Draw i is sample i of the stream's epoch.</summary>
/// <param name="weight">The scale of each channel.</param>
/// <param name="bias">The shift of each channel.</param>
/// <param name="stream">The stream <c>init</c> or <c>reinit</c>.</param>
/// <param name="index">Index of the weight among the network's parameters, the stream's epoch.</param>
public delegate void BatchNormFill(Span<float> weight, Span<float> bias, RandomStream stream, uint index);

/// <summary>Initialisers of batch norm, by OpenLTH's names.</summary>
public static class BatchNormInitializers
{
    /// <summary>What OpenLTH's presets use.</summary>
    public const string Default = "uniform";

    /// <summary>Those that there are.</summary>
    public static Registry<BatchNormInitializer> Registry { get; } = new("There is no batch-norm initialiser", initializer => initializer.Name,
    [
        // PyTorch's own: scale 1, shift 0.
        new("fixed", (weight, bias, _, _) => Fill(weight, bias, 1, 0)),
        new("oneone", (weight, bias, _, _) => Fill(weight, bias, 1, 1)),

        // Scale U[-1, 1], shift 0.
        new("positivenegative", (weight, bias, stream, index) => Draw(weight, bias, stream, index, lowest: -1)),

        // Scale U[0, 1], shift 0.
        new("uniform", (weight, bias, stream, index) => Draw(weight, bias, stream, index, lowest: 0)),
    ]);

    /// <inheritdoc cref="Registry{T}.Names"/>
    public static IEnumerable<string> Names => Registry.Names;

    /// <inheritdoc cref="Registry{T}.Find"/>
    public static BatchNormInitializer Find(string name) => Registry.Find(name);

    private static void Fill(Span<float> weight, Span<float> bias, float scale, float shift)
    {
        weight.Fill(scale);
        bias.Fill(shift);
    }

    private static void Draw(Span<float> weight, Span<float> bias, RandomStream stream, uint index, double lowest)
    {
        for (var i = 0; i < weight.Length; i++) weight[i] = (float)(lowest + ((1 - lowest) * stream.Uniform(index, (ulong)i, 0)));
        bias.Clear();
    }
}
