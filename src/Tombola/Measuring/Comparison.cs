using System.Text.Json.Serialization;
using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Measuring;

/// <summary><c>compare</c>: how far apart model files are, in weights and in what they do.</summary>
public static class Comparison
{
    /// <summary>The measurement of every pair of some files.</summary>
    public static Measurement Of(ModelSet models)
    {
        ArgumentNullException.ThrowIfNull(models);
        var asked = models.Models.SelectMany((first, i) => models.Models.Skip(i + 1).Select(second => (First: first, Second: second, Job: Job(first, second)))).ToArray();
        return new Measurement(
            "compare",
            "How alike are these networks, in their weights and in what they do?",
            models,
            [.. asked.Select(pair => pair.Job)],
            store => Conclude([.. asked.Select(pair => new ComparedPair(pair.First.Title, pair.Second.Title, store.Result(pair.Job)) { Models = (pair.First, pair.Second), AreEqual = SameNetwork.Are(store, pair.First, pair.Second) })]));

        SimilarityJob Job(Model first, Model second) => new()
        {
            Model = models.Network.Name,
            First = first.State,
            Second = second.State,
            Data = models.Data,
            Kernels = models.Arguments.Kernels,
        };
    }

    private static Measured Conclude(ComparedPair[] pairs)
    {
        var farthest = pairs.MaxBy(pair => pair.Similarity.PredictionDifference)!;
        var (similarity, overlap) = (farthest.Similarity, farthest.Similarity.Layers[^1]);
        var equal = string.Concat(pairs.Where(pair => pair.AreEqual).Select(pair => $" {SameNetwork.Sentence(pair.Models.First, pair.Models.Second)}"));
        var verdict = $"{(pairs.Length == 1 ? "" : $"Most unlike of {pairs.Length} pairs: ")}{farthest.First} and {farthest.Second} classify {InWords.Percent(similarity.PredictionDifference)} of the test examples differently; "
            + $"over the {InWords.Percent((double)overlap.Both / overlap.Prunable, 1)} of the weights that both keep they are {InWords.Fixed(similarity.L2, 2)} (L2) and {InWords.Fixed(similarity.Angle, 1)} degrees apart"
            + $"{(overlap.Both == overlap.Prunable ? "" : $", and of the weights that either keeps both keep {InWords.Percent(overlap.Jaccard, 1)}")}.{equal}";
        return new Measured(
            verdict,
            [
                new Table(
                    "pairs",
                    "Distance and angle over the weights that remain in both, and what the networks do on the test set",
                    [new("First"), new("Second"), new("L2", true), new("Angle", true), new("Differ", true), new("CKA", true), new("Overlap", true)],
                    [.. pairs.Select(pair => (IReadOnlyList<string>)
                    [
                        pair.Models.First.Label, pair.Models.Second.Label, InWords.Fixed(pair.Similarity.L2, 3), $"{InWords.Fixed(pair.Similarity.Angle, 2)}°",
                        InWords.Percent(pair.Similarity.PredictionDifference), pair.Similarity.Alignment is { } alignment ? InWords.Fixed(alignment, 4) : "", InWords.Percent(pair.Similarity.Layers[^1].Jaccard, 1),
                    ])]),
                new Table(
                    "distances",
                    "The same angle as a cosine, and as the similarity of Maene et al. 2021 (0: the same direction, 1: orthogonal); distance of the losses of the test examples",
                    [new("First"), new("Second"), new("Cosine", true), new("2 angle/pi", true), new("Losses (nats)", true)],
                    [.. pairs.Select(pair => (IReadOnlyList<string>)
                    [
                        pair.Models.First.Label, pair.Models.Second.Label, InWords.Fixed(pair.Similarity.Cosine, 4), InWords.Fixed(pair.Similarity.Similarity, 4), InWords.Fixed(pair.Similarity.LossDistance, 2),
                    ])]),
                .. pairs.Select((pair, i) => new Table(
                    pairs.Length == 1 ? "overlap" : $"overlap-{i + 1}",
                    $"Weights that remain in {pair.First} and in {pair.Second}, layer by layer",
                    [new("Layer"), new("Weights", true), new("First", true), new("Second", true), new("Both", true), new("Of either", true)],
                    [.. pair.Similarity.Layers.Select(layer => (IReadOnlyList<string>)
                    [
                        layer.Layer, InWords.Whole(layer.Prunable), InWords.Whole(layer.First), InWords.Whole(layer.Second), InWords.Whole(layer.Both), InWords.Percent(layer.Jaccard, 1),
                    ])])),
            ],
            [],
            pairs)
        {
            Choices =
            [
                new Choice("Weights compared", "those that remain in both", "A weight that is zero counts as pruned."),
                new Choice("Differ", "test examples", "The fraction that the two networks classify differently."),
                new Choice("Losses", "Euclidean distance", "Of the vectors of the losses of all test examples, nats (Frankle et al. 2020, appendix G)."),
                new Choice("CKA", "linear, of what the last layer reads", "Kornblith et al. 2019: 1 for features that differ by a rotation and a scale."),
                new Choice("Overlap", "weights that both keep, of those that either keeps", "Jaccard 1901."),
            ],
        };
    }
}

/// <summary>What was measured of two files.</summary>
/// <param name="First">The first file.</param>
/// <param name="Second">The second file.</param>
/// <param name="Similarity">The numbers.</param>
public sealed record ComparedPair(string First, string Second, [property: JsonIgnore] SimilarityResult Similarity)
{
    /// <summary>Whether they are one network: every number of theirs is the same.</summary>
    public bool AreEqual { get; init; }

    /// <inheritdoc cref="SimilarityResult.L2"/>
    [JsonInclude]
    internal double L2 => Similarity.L2;

    /// <inheritdoc cref="SimilarityResult.Angle"/>
    [JsonInclude]
    internal double Angle => Similarity.Angle;

    /// <inheritdoc cref="SimilarityResult.Cosine"/>
    [JsonInclude]
    internal double Cosine => Similarity.Cosine;

    /// <summary>2 angle / pi, which Maene et al. 2021 call similarity.</summary>
    [JsonInclude, JsonPropertyName("similarity")]
    internal double AngleSimilarity => Similarity.Similarity;

    /// <inheritdoc cref="SimilarityResult.PredictionDifference"/>
    [JsonInclude]
    internal double PredictionDifference => Similarity.PredictionDifference;

    /// <inheritdoc cref="SimilarityResult.LossDistance"/>
    [JsonInclude]
    internal double LossDistance => Similarity.LossDistance;

    /// <inheritdoc cref="SimilarityResult.Alignment"/>
    [JsonInclude]
    internal double? Cka => Similarity.Alignment;

    /// <inheritdoc cref="SimilarityResult.Layers"/>
    [JsonInclude]
    internal IReadOnlyList<Landscape.MaskOverlap> Layers => Similarity.Layers;

    internal (Model First, Model Second) Models { get; init; }
}
