using Tombola.Engine.Naming;

namespace Tombola.Landscape;

/// <summary>What can be known of the spectrum of a matrix from a few hundred products with it.</summary>
/// <param name="Dimension">Eigenvalues that there are.</param>
/// <param name="Largest">The largest, in descending order.</param>
/// <param name="Smallest">The most negative, in ascending order.</param>
/// <param name="Runs">Nodes of each run of stochastic Lanczos quadrature.</param>
/// <param name="Trace">Sum of all, by Hutch++.</param>
/// <param name="Layers">Sum over each layer's part of the diagonal, by the runs' random signs.</param>
/// <param name="Products">Products that all of it took.</param>
public sealed record Spectrum(
    int Dimension,
    IReadOnlyList<Eigenvalue> Largest,
    IReadOnlyList<Eigenvalue> Smallest,
    IReadOnlyList<IReadOnlyList<SpectralNode>> Runs,
    TraceEstimate Trace,
    IReadOnlyList<LayerTrace> Layers,
    int Products)
{
    /// <summary>The nodes of all runs, each run as much as the others.</summary>
    internal IReadOnlyList<SpectralNode> Nodes => [.. Runs.SelectMany(run => run.Select(node => new SpectralNode(node.Value, node.Weight / Runs.Count)))];

    /// <summary>Fraction of the weights at no curvature: at less than <see cref="SpectrumSettings.Flat"/> of the largest eigenvalue.</summary>
    public double FlatPart => SpectralDensity.PartWithin(Nodes, SpectrumSettings.Flat * Math.Max(Math.Abs(Largest[0].Value), Math.Abs(Smallest[0].Value)));

    /// <summary>Fraction of the weights at negative curvature beyond that.</summary>
    public double NegativePart => Nodes.Where(node => node.Value < -SpectrumSettings.Flat * Math.Max(Math.Abs(Largest[0].Value), Math.Abs(Smallest[0].Value))).Sum(node => node.Weight);

    /// <summary>Takes the products and makes a spectrum of them.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="settings">How much to spend.</param>
    /// <param name="seed">Seed of the random vectors.</param>
    /// <param name="progress">Hears after each product how many there were.</param>
    /// <exception cref="SettingException">A setting is out of range, or there are fewer eigenvalues than were asked for.</exception>
    internal static Spectrum Of(ISymmetricOperator matrix, IReadOnlyList<CurvatureLayer> layers, SpectrumSettings settings, ulong seed, Action<int>? progress = null)
    {
        settings.Validate();
        var (runs, diagonals, products) = (new List<IReadOnlyList<SpectralNode>>(), new List<double[]>(), 0);
        var search = new Lanczos(matrix, seed, 0);
        var (largest, smallest) = ExtremeEigenvalues.Find(search, matrix.Dimension, settings.Count, settings.Tolerance, settings.MostProducts, Look);
        runs.Add(NodesOf(search));
        while (runs.Count < settings.Runs)
        {
            var run = new Lanczos(matrix, seed, runs.Count);
            while (run.Steps < settings.Steps && !run.IsComplete) run.Step(Look);
            runs.Add(NodesOf(run));
        }

        var trace = TraceEstimate.Of(new Counted(matrix, Count), settings.TraceProducts, seed, settings.Runs);
        return new Spectrum(matrix.Dimension, largest, smallest, runs, trace, [.. layers.Select(TraceOf)], products);

        // The first vector of a run is one of signs: its elements times the product's are an estimate of the diagonal.
        void Look(float[] vector, double[] product)
        {
            if (diagonals.Count == runs.Count) diagonals.Add([.. layers.Select(layer => matrix.Dimension * CurvatureVectors.Dot(vector.AsSpan(layer.First, layer.Count), product.AsSpan(layer.First, layer.Count)))]);
            Count();
        }

        void Count()
        {
            products++;
            progress?.Invoke(products);
        }

        LayerTrace TraceOf(CurvatureLayer layer, int index)
        {
            double[] draws = [.. diagonals.Select(draw => draw[index])];
            var mean = draws.Average();
            var error = draws.Length < 2 ? (double?)null : Math.Sqrt(draws.Sum(draw => (draw - mean) * (draw - mean)) / (draws.Length - 1) / draws.Length);
            return new LayerTrace(layer.Name, layer.Count, mean, error);
        }
    }

    private static SpectralNode[] NodesOf(Lanczos run) => [.. run.Values().Select(value => new SpectralNode(value.Value, value.Weight))];

    private sealed class Counted(ISymmetricOperator matrix, Action count) : ISymmetricOperator
    {
        public int Dimension => matrix.Dimension;

        public void Multiply(ReadOnlySpan<float> vector, Span<double> product)
        {
            matrix.Multiply(vector, product);
            count();
        }
    }
}

/// <summary>What a layer has of the trace.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Weights">Its weights that may move.</param>
/// <param name="Trace">Sum over its part of the diagonal, estimated.</param>
/// <param name="Error">Standard error; null where a single run says nothing of it.</param>
public sealed record LayerTrace(string Layer, int Weights, double Trace, double? Error);
