using Tombola.Engine.Numerics;

namespace Tombola.Engine.Networks;

/// <summary>Fills scale and shift of one batch norm. Draw i is sample i of the stream's epoch.</summary>
/// <param name="weight">The scale of each channel.</param>
/// <param name="bias">The shift of each channel.</param>
/// <param name="stream">The stream <c>init</c> or <c>reinit</c>.</param>
/// <param name="index">Index of the weight among the network's parameters, the stream's epoch.</param>
public delegate void BatchNormInitializer(Span<float> weight, Span<float> bias, RandomStream stream, uint index);

/// <summary>Initialisers of batch norm, by OpenLTH's names.</summary>
public static class BatchNormInitializers
{
    /// <summary>What OpenLTH's presets use.</summary>
    public const string Default = "uniform";

    private static readonly SortedDictionary<string, BatchNormInitializer> Known = new(StringComparer.Ordinal)
    {
        // Scale U[0, 1], shift 0.
        ["uniform"] = (weight, bias, stream, index) => Draw(weight, bias, stream, index, lowest: 0),

        // PyTorch's own: scale 1, shift 0.
        ["fixed"] = (weight, bias, _, _) => Fill(weight, bias, 1, 0),
        ["oneone"] = (weight, bias, _, _) => Fill(weight, bias, 1, 1),

        // Scale U[-1, 1], shift 0.
        ["positivenegative"] = (weight, bias, stream, index) => Draw(weight, bias, stream, index, lowest: -1),
    };

    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>The initialiser of this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static BatchNormInitializer Find(string name) => Known.TryGetValue(name, out var initializer)
        ? initializer
        : throw new ArgumentException($"There is no batch-norm initialiser '{name}'. Batch-norm initialisers: {string.Join(", ", Names)}.");

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
