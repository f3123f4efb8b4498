using System.Text.Json.Serialization;
using Tombola.Engine.Networks;

namespace Tombola.Landscape;

/// <summary>How far two masks agree in one layer.</summary>
/// <param name="Layer">Name of the parameter's layer.</param>
/// <param name="Prunable">Weights of the layer.</param>
/// <param name="First">Of them, those that remain in the first mask.</param>
/// <param name="Second">Those that remain in the second.</param>
/// <param name="Both">Those that remain in both.</param>
public sealed record MaskOverlap(string Layer, int Prunable, int First, int Second, int Both)
{
    /// <summary>Weights that remain in both, of those that remain in either (Jaccard 1901); 1 where none do.</summary>
    [JsonIgnore]
    public double Jaccard => First + Second == Both ? 1 : (double)Both / (First + Second - Both);

    /// <summary>The weights in which two masks of one network agree.</summary>
    public static Mask Common(Mask first, Mask second)
    {
        ArgumentNullException.ThrowIfNull(first);
        return new Mask(first.Space, i => first[i] && second[i]);
    }

    /// <summary>Layer by layer, and the sum of all as <c>all</c> at the end.</summary>
    public static IReadOnlyList<MaskOverlap> Of(Mask first, Mask second)
    {
        var common = Common(first, second);
        MaskOverlap[] layers = [.. first.Space.Prunable.Select(parameter => new MaskOverlap(
            parameter.Layer, parameter.Count, first.CountIn(parameter), second.CountIn(parameter), common.CountIn(parameter)))];
        return [.. layers, new MaskOverlap("all", layers.Sum(layer => layer.Prunable), first.Remaining, second.Remaining, common.Remaining)];
    }
}
