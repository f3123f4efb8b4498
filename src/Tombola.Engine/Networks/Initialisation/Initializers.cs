using Tombola.Engine.Naming;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Networks;

/// <summary>A way to draw the first weights.</summary>
/// <param name="Name">As in presets.</param>
/// <param name="Fill">Fills one weight tensor.</param>
public sealed record Initializer(string Name, InitializerFill Fill);

/// <summary>Fills one weight tensor. Draw i of the tensor is sample i of the stream's epoch, so that shapes never disturb each other.</summary>
/// <param name="weights">The tensor, row-major, outputs first.</param>
/// <param name="parameter">Its shape, with fan-in and fan-out.</param>
/// <param name="stream">The stream <c>init</c> or <c>reinit</c>.</param>
/// <param name="index">Index of the parameter in the network, the stream's epoch.</param>
public delegate void InitializerFill(Span<float> weights, Parameter parameter, RandomStream stream, uint index);

/// <summary>Initialisers of prunable weights, by OpenLTH's names. Biases start at zero.</summary>
public static class Initializers
{
    /// <summary>Those that there are.</summary>
    public static Registry<Initializer> Registry { get; } = new("There is no initialiser", initializer => initializer.Name,
    [
        // The sign of a Kaiming normal, at its standard deviation.
        new("binary", (weights, parameter, stream, index) =>
            Fill(weights, i => Math.CopySign(Math.Sqrt(2.0 / parameter.FanIn), stream.Normal(index, (ulong)i, 0)))),

        // He et al. 2015, eq. 10 and its uniform form: variance 2 / fan-in.
        new("kaiming_normal", (weights, parameter, stream, index) => Fill(weights, i => stream.Normal(index, (ulong)i, 0) * Math.Sqrt(2.0 / parameter.FanIn))),
        new("kaiming_uniform", (weights, parameter, stream, index) => Fill(weights, i => ((2 * stream.Uniform(index, (ulong)i, 0)) - 1) * Math.Sqrt(6.0 / parameter.FanIn))),
        new("orthogonal", Orthogonal),

        // Glorot and Bengio 2010, eq. 12 as a normal: variance 2 / (fan-in + fan-out).
        new("xavier_normal", (weights, parameter, stream, index) =>
            Fill(weights, i => stream.Normal(index, (ulong)i, 0) * Math.Sqrt(2.0 / (parameter.FanIn + parameter.FanOut)))),
    ]);

    /// <inheritdoc cref="Registry{T}.Names"/>
    public static IEnumerable<string> Names => Registry.Names;

    /// <inheritdoc cref="Registry{T}.Find"/>
    public static Initializer Find(string name) => Registry.Find(name);

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
            if (parameter.Prunable) initializer.Fill(state[parameter], parameter, stream, (uint)i);
        }

        foreach (var norm in network.Layers.OfType<BatchNormLayer>().Where(layer => layer.Affine))
        {
            var weight = network.Space[$"{norm.Name}.weight"];
            fillNorm.Fill(state[weight], state[network.Space[$"{norm.Name}.bias"]], stream, (uint)network.Space.IndexOf(weight));
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
