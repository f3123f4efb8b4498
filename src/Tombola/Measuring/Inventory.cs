using Tombola.Reporting;

namespace Tombola.Measuring;

/// <summary><c>weights</c>: how large the weights of model files are, and where some remain.</summary>
public static class Inventory
{
    /// <summary>The measurement of some files. No data is looked at.</summary>
    public static Measurement Of(ModelSet models)
    {
        ArgumentNullException.ThrowIfNull(models);
        return new Measurement(
            "weights",
            "How large are the weights of these networks, and in which layers do they remain?",
            models,
            [],
            store =>
            {
                var states = models.Models.Select(model => store.State(model.State)).ToArray();
                var bins = MagnitudeBins.For(states);
                return Conclude([.. models.Models.Zip(states, (model, state) => new CountedModel(model.Title, LayerWeights.Of(state, bins)) { Label = model.Label })], bins);
            });
    }

    private static Measured Conclude(CountedModel[] models, MagnitudeBins bins)
    {
        var several = models.Length > 1;
        return new Measured(
            Verdict(models),
            several ? [Networks(models), .. models.Select((model, i) => Layers($"layers-{i + 1}", $"{model.Label}: weights by layer", model))] : [Layers("layers", "Weights by layer", models[0])],
            [
                Magnitudes("magnitudes", "Magnitudes of all weights") with { Series = [.. models.Select(model => Histogram(model.Label, model.Layers[^1], bins))] },
                several
                    ? Magnitudes("magnitudes-by-layer", "Magnitudes by layer") with { Panels = [.. models.Select(model => new Panel(model.Label, Histograms(model, bins)))] }
                    : Magnitudes("magnitudes-by-layer", "Magnitudes by layer") with { Series = Histograms(models[0], bins) },
                new Figure(
                    "density",
                    "Density by layer",
                    "Fraction of the weights of each layer that are not zero, by the layer's place in the network; biases and batch norm are not counted.",
                    new Axis("Layer, from the input"),
                    new Axis("Weights remaining", Format: ".1%"))
                {
                    Series = [.. models.Select(model => new Series(model.Label, [.. model.Layers.SkipLast(1).Select((layer, i) => new SeriesPoint(i + 1, layer.Density, Note: layer.Layer))]))],
                },
            ],
            new CountedWeights(bins.Bounds, models))
        {
            Choices = [new Choice("Weights counted", "of linear and convolution layers", "Those that pruning may touch. One that is zero counts as pruned.")],
        };
    }

    private static Table Networks(CountedModel[] models) => Sizes("networks", "Weights of every network", "File", models.Select(model => (model.Label, model.Layers[^1])));

    private static Table Layers(string id, string title, CountedModel model) => Sizes(id, title, "Layer", model.Layers.Select(layer => (layer.Layer, layer)));

    private static Table Sizes(string id, string title, string what, IEnumerable<(string Name, LayerWeights Weights)> rows) => new(
        id,
        $"{title}; mean and maximum of |w| and standard deviation, of those that are not zero",
        [new(what), new("Weights", true), new("Left", true), new("Density", true), new("Mean", true), new("SD", true), new("Max", true)],
        [.. rows.Select(row => (IReadOnlyList<string>)
        [
            row.Name, InWords.Whole(row.Weights.Weights), InWords.Whole(row.Weights.Remaining), InWords.Percent(row.Weights.Density, 1),
            Digits(row.Weights.MeanMagnitude), Digits(row.Weights.Deviation), Digits(row.Weights.Largest),
        ])]);

    private static IReadOnlyList<Series> Histograms(CountedModel model, MagnitudeBins bins) => [.. model.Layers.SkipLast(1).Select(layer => Histogram(layer.Layer, layer, bins))];

    private static Figure Magnitudes(string id, string title) => new(
        id,
        title,
        $"Fraction of the weights that are not zero in each of {MagnitudeBins.Count / MagnitudeBins.Decades} bins to a power of ten of |w|, over {InWords.Whole(MagnitudeBins.Decades)} of them below the largest; the lowest bin also has whatever is smaller.",
        new Axis("|w|", Logarithmic: true) { RoundTicks = true },
        new Axis("Weights in a bin", Format: ".1%"));

    private static Series Histogram(string name, LayerWeights layer, MagnitudeBins bins)
    {
        // From the first bin that holds something to the last, and one beyond each: the rest would only be a line at zero.
        var (first, last) = (layer.Counts.TakeWhile(count => count == 0).Count(), layer.Counts.Count - layer.Counts.Reverse().TakeWhile(count => count == 0).Count());
        return new Series(name, [.. Enumerable.Range(0, layer.Counts.Count).Where(bin => bin >= first - 1 && bin <= last).Select(bin => new SeriesPoint(bins.Middle(bin), (double)layer.Counts[bin] / Math.Max(1, layer.Remaining)))]);
    }

    private static string Verdict(CountedModel[] models)
    {
        var sparsest = models.MinBy(model => model.Layers[^1].Density)!;
        var (all, layers) = (sparsest.Layers[^1], sparsest.Layers.SkipLast(1).ToArray());
        var (dense, sparse) = (layers.MaxBy(layer => layer.Density)!, layers.MinBy(layer => layer.Density)!);
        return $"{(models.Length == 1 ? "" : $"Of {models.Length} networks the sparsest: ")}{sparsest.File} has {InWords.Grouped(all.Remaining)} of {InWords.Grouped(all.Weights)} weights that are not zero, {InWords.Percent(all.Density, 1)}"
            + $"{(sparse.Density < dense.Density ? $", from {InWords.Percent(sparse.Density, 1)} in {sparse.Layer} to {InWords.Percent(dense.Density, 1)} in {dense.Layer}" : "")}.";
    }

    /// <summary>Three digits that say something.</summary>
    private static string Digits(double? number) => number is { } known ? known.ToString("G3", System.Globalization.CultureInfo.InvariantCulture) : "";
}

/// <summary>What was counted of all files.</summary>
/// <param name="Bounds">Lower bounds of the bins of magnitudes, and the upper bound of the last.</param>
/// <param name="Models">By file.</param>
public sealed record CountedWeights(IReadOnlyList<double> Bounds, IReadOnlyList<CountedModel> Models);

/// <summary>What was counted of a model file.</summary>
/// <param name="File">Its name.</param>
/// <param name="Layers">Layer by layer, and all of them together at the end.</param>
public sealed record CountedModel(string File, IReadOnlyList<LayerWeights> Layers)
{
    internal string Label { get; init; } = "";
}
