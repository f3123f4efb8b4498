using Tombola.Engine.Numerics;

namespace Tombola.Engine.Networks;

/// <summary>Fills one weight tensor. Draw i of the tensor is sample i of the stream's epoch, so that shapes never disturb each other.</summary>
/// <param name="weights">The tensor, row-major, outputs first.</param>
/// <param name="parameter">Its shape, with fan-in and fan-out.</param>
/// <param name="stream">The stream <c>init</c> or <c>reinit</c>.</param>
/// <param name="index">Index of the parameter in the network, the stream's epoch.</param>
public delegate void Initializer(Span<float> weights, Parameter parameter, RandomStream stream, uint index);

/// <summary>Initialisers of prunable weights, by OpenLTH's names. Biases start at zero.</summary>
public static class Initializers
{
    private static readonly SortedDictionary<string, Initializer> Known = new(StringComparer.Ordinal)
    {
        // He et al. 2015, eq. 10 and its uniform form: variance 2 / fan-in.
        ["kaiming_normal"] = (weights, parameter, stream, index) => Fill(weights, i => stream.Normal(index, (ulong)i, 0) * Math.Sqrt(2.0 / parameter.FanIn)),
        ["kaiming_uniform"] = (weights, parameter, stream, index) => Fill(weights, i => ((2 * stream.Uniform(index, (ulong)i, 0)) - 1) * Math.Sqrt(6.0 / parameter.FanIn)),

        // Glorot and Bengio 2010, eq. 12 as a normal: variance 2 / (fan-in + fan-out).
        ["xavier_normal"] = (weights, parameter, stream, index) =>
            Fill(weights, i => stream.Normal(index, (ulong)i, 0) * Math.Sqrt(2.0 / (parameter.FanIn + parameter.FanOut))),

        // The sign of a Kaiming normal, at its standard deviation.
        ["binary"] = (weights, parameter, stream, index) =>
            Fill(weights, i => Math.CopySign(Math.Sqrt(2.0 / parameter.FanIn), stream.Normal(index, (ulong)i, 0))),
        ["orthogonal"] = Orthogonal,
    };

    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>The initialiser of this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static Initializer Find(string name) => Known.TryGetValue(name, out var initializer)
        ? initializer
        : throw new ArgumentException($"There is no initialiser '{name}'. Initialisers: {string.Join(", ", Names)}.");

    /// <summary>A freshly initialised state.</summary>
    /// <param name="network">The architecture.</param>
    /// <param name="name">Name of the initialiser.</param>
    /// <param name="stream"><c>init</c>, or <c>reinit</c> for the control of random reinitialisation.</param>
    /// <param name="batchNorm">Name of the initialiser of batch norm, in <see cref="BatchNormInitializers"/>.</param>
    public static NetworkState Initialize(Network network, string name, RandomStream stream, string batchNorm = BatchNormInitializers.Default)
    {
        var initializer = Find(name);
        var fillNorm = BatchNormInitializers.Find(batchNorm);
        var state = new NetworkState(network.Space);
        for (var i = 0; i < network.Space.Parameters.Count; i++)
        {
            var parameter = network.Space.Parameters[i];
            if (parameter.Prunable) initializer(state[parameter], parameter, stream, (uint)i);
        }

        foreach (var norm in network.Layers.OfType<BatchNormLayer>().Where(layer => layer.Affine))
        {
            var weight = network.Space[$"{norm.Name}.weight"];
            fillNorm(state[weight], state[network.Space[$"{norm.Name}.bias"]], stream, (uint)network.Space.IndexOf(weight));
        }

        return state;
    }

    private static void Fill(Span<float> weights, Func<int, double> value)
    {
        for (var i = 0; i < weights.Length; i++) weights[i] = (float)value(i);
    }

    /// <summary>Rows (or columns, whichever are fewer) are orthonormal: Gram-Schmidt, twice for accuracy, over normal draws (Saxe et al. 2014).</summary>
    private static void Orthogonal(Span<float> weights, Parameter parameter, RandomStream stream, uint index)
    {
        var rows = parameter.Shape[0];
        var columns = weights.Length / rows;
        var (few, size) = rows <= columns ? (rows, columns) : (columns, rows);
        var vectors = new double[few][];
        for (var v = 0; v < few; v++)
        {
            var vector = vectors[v] = new double[size];
            for (var i = 0; i < size; i++) vector[i] = stream.Normal(index, (ulong)(((long)v * size) + i), 0);
            for (var pass = 0; pass < 2; pass++)
            {
                for (var u = 0; u < v; u++) Subtract(vector, vectors[u], Dot(vector, vectors[u]));
                var length = Math.Sqrt(Dot(vector, vector));
                for (var i = 0; i < size; i++) vector[i] /= length;
            }
        }

        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++) weights[(r * columns) + c] = (float)(rows <= columns ? vectors[r][c] : vectors[c][r]);
        }

        static double Dot(double[] x, double[] y)
        {
            var sum = 0.0;
            for (var i = 0; i < x.Length; i++) sum += x[i] * y[i];
            return sum;
        }

        static void Subtract(double[] x, double[] y, double factor)
        {
            for (var i = 0; i < x.Length; i++) x[i] -= factor * y[i];
        }
    }
}
