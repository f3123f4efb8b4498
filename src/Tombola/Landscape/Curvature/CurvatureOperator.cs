using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Training;

namespace Tombola.Landscape;

/// <summary>The Hessian of a network's mean loss over fixed examples, or its Gauss-Newton matrix, over the weights that may move.</summary>
/// <remarks>
/// Products are exact (<see cref="ICurvaturePlan"/>) in float32 over mini-batches of 64, and those are added in float64 in order. So two products with one vector are equal to the
/// bit, whatever the threads. With <see cref="CurvatureSettings.BatchStatistics"/> it is the mean over these mini-batches that has the curvature.
/// </remarks>
public sealed class CurvatureOperator : ISymmetricOperator, IDisposable
{
    /// <summary>Two lane blocks: enough for two threads, and few enough that the activations' four copies do not fill the memory.</summary>
    internal const int Batch = 64;

    private readonly ICurvaturePlan _plan;
    private readonly BatchFeed _feed;
    private readonly int[] _coordinates;
    private readonly float[] _direction, _product;
    private readonly int _examples;
    private readonly string _title;

    /// <param name="network">The architecture.</param>
    /// <param name="state">Where.</param>
    /// <param name="examples">The training set.</param>
    /// <param name="settings">Of what, and over what.</param>
    /// <param name="mask">The weights that remain; null for all.</param>
    /// <param name="team">Threads to share the work among, or null.</param>
    /// <param name="kernels">Whether layers may be computed sparsely.</param>
    /// <param name="backend">What computes the network; null for the processor.</param>
    /// <exception cref="SettingException">No weight may move, or a setting is out of range, or the loss has no curvature.</exception>
    public CurvatureOperator(
        Network network,
        NetworkState state,
        ExampleSource examples,
        CurvatureSettings settings,
        Mask? mask = null,
        ThreadTeam? team = null,
        KernelChoice kernels = KernelChoice.Automatic,
        IBackend? backend = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        _title = network.Name;
        Layers = LayersOf(network, mask, settings.AllParameters, out _coordinates);
        if (_coordinates.Length == 0) throw new SettingException($"No weight of {network.Name} remains that could move, and so there is no curvature. Give a mask that leaves some.");
        _examples = Math.Min(settings.Examples, examples.Count);
        (_direction, _product) = (new float[network.Space.Count], new float[network.Space.Count]);

        // Drawn, since a data set may be sorted by class.
        var order = new int[examples.Count];
        new RandomStream(0, RandomStream.Probe).Permutation(order, 0);
        _plan = (backend ?? Backends.Cpu).Compile(new CurvatureRequest(network, Math.Min(Batch, _examples))
        {
            Mask = mask is { Density: 1 } ? null : mask,
            Team = team,
            Kernels = kernels,
            GaussNewton = CurvatureMatrix.IsGaussNewton(settings.Matrix),
            NormParameters = settings.AllParameters,
            BatchStatistics = settings.BatchStatistics,
        });
        _plan.Load(state);
        _feed = new BatchFeed(examples, new EpochOrder(order[.._examples]), _plan.Batch);
    }

    /// <summary>Weights that may move.</summary>
    public int Dimension => _coordinates.Length;

    /// <summary>Which weights they are, as indices into the network's vector, ascending.</summary>
    public ReadOnlySpan<int> Coordinates => _coordinates;

    /// <summary>The layers, and where their weights lie among those that may move.</summary>
    public IReadOnlyList<CurvatureLayer> Layers { get; }

    /// <summary>Examples whose mean loss it is.</summary>
    public int Examples => _examples;

    /// <summary>Products so far.</summary>
    public int Products { get; private set; }

    /// <summary>Mean loss at the network, nats; known after the first product.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>Called before every mini-batch: to stop, throw.</summary>
    public Action? Between { get; init; }

    /// <inheritdoc/>
    /// <exception cref="SettingException">The loss is not finite there.</exception>
    public void Multiply(ReadOnlySpan<float> vector, Span<double> product)
    {
        if (vector.Length != Dimension || product.Length != Dimension) throw new ArgumentException($"Vector and product must have {Dimension} elements, and have {vector.Length} and {product.Length}.", nameof(vector));
        for (var i = 0; i < _coordinates.Length; i++) _direction[_coordinates[i]] = vector[i];
        _plan.Direct(_direction);
        product.Clear();
        var loss = default(BatchLoss);
        for (var batch = 0; loss.Samples < _examples; batch++)
        {
            Between?.Invoke();
            loss += _plan.Multiply(_feed.Fill(batch, _plan), _product);
            for (var i = 0; i < _coordinates.Length; i++) product[i] += _product[_coordinates[i]];
        }

        if (!double.IsFinite(loss.Loss)) throw new SettingException($"The loss of this {_title} is not finite, so it has no curvature. Look at its weights with tombola weights.");
        for (var i = 0; i < product.Length; i++) product[i] /= _examples;
        Loss = loss.Loss;
        Products++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _feed.Dispose();
        _plan.Dispose();
    }

    private static CurvatureLayer[] LayersOf(Network network, Mask? mask, bool all, out int[] coordinates)
    {
        var (found, layers) = (new List<int>(), new List<CurvatureLayer>());
        foreach (var layer in network.Space.Parameters.Where(parameter => all || parameter.Prunable).GroupBy(parameter => parameter.Layer))
        {
            var first = found.Count;
            found.AddRange(layer.SelectMany(parameter => Enumerable.Range(parameter.Offset, parameter.Count)).Where(i => mask is null || mask[i]));
            layers.Add(new CurvatureLayer(layer.Key, first, found.Count - first));
        }

        coordinates = [.. found];
        return [.. layers];
    }
}

/// <summary>A layer among the weights that may move.</summary>
/// <param name="Name">Its name.</param>
/// <param name="First">Its first weight.</param>
/// <param name="Count">Its weights.</param>
public sealed record CurvatureLayer(string Name, int First, int Count);
