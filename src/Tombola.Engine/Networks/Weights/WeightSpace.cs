using Tombola.Engine.Naming;

namespace Tombola.Engine.Networks;

/// <summary>One named tensor of a network: a slice of the weight vector.</summary>
/// <param name="Name">Name in the PyTorch state dict of the same architecture in OpenLTH, such as <c>fc_layers.0.weight</c>.</param>
/// <param name="Shape">Row-major shape; outputs first: <c>[outputs, inputs]</c>.</param>
/// <param name="Offset">Index of its first element in the weight vector.</param>
/// <param name="Prunable">True for weights of linear and convolution layers, false for biases and batch norm.</param>
public sealed record Parameter(string Name, IReadOnlyList<int> Shape, int Offset, bool Prunable)
{
    /// <summary>Number of values.</summary>
    public int Count { get; } = Shape.Aggregate(1, (product, n) => product * n);

    /// <summary>Name of the layer: all but the last word (<c>fc</c> for <c>fc.weight</c>).</summary>
    public string Layer => Name[..Math.Max(0, Name.LastIndexOf('.'))];

    /// <summary>Inputs that one output sums over.</summary>
    public int FanIn => Shape.Skip(1).Aggregate(1, (product, n) => product * n);

    /// <summary>Outputs that one input reaches.</summary>
    public int FanOut => Shape.Count < 2 ? Count : Shape[0] * Shape.Skip(2).Aggregate(1, (product, n) => product * n);

    /// <summary>Its part of a weight vector.</summary>
    public Span<float> Of(Span<float> weights) => weights.Slice(Offset, Count);

    /// <summary>Its part of a weight vector.</summary>
    public ReadOnlySpan<float> Of(ReadOnlySpan<float> weights) => weights.Slice(Offset, Count);
}

/// <summary>One named slice of the vector of running statistics.</summary>
/// <param name="Name">Name in the PyTorch state dict, such as <c>bn.running_mean</c>.</param>
/// <param name="Count">Its length: one element a channel.</param>
/// <param name="Offset">Index of its first element.</param>
/// <param name="Initial">Value before training.</param>
public sealed record RunningStatistic(string Name, int Count, int Offset, float Initial);

/// <summary>The index of a network's weight vector: all parameters, one after the other, in the order of the state dict; and of its statistics likewise.</summary>
public sealed class WeightSpace
{
    private readonly Dictionary<string, Parameter> _byName;

    /// <param name="parameters">Names, shapes and whether prunable, in order.</param>
    /// <param name="statistics">Names, lengths and first values of the running statistics of batch norm, in order; null for none.</param>
    /// <exception cref="ArgumentException">The weight vector would be longer than an array can be; the message names the parameter.</exception>
    public WeightSpace(
        IEnumerable<(string Name, int[] Shape, bool Prunable)> parameters, IEnumerable<(string Name, int Length, float Initial)>? statistics = null)
    {
        var list = new List<Parameter>();
        foreach (var (name, shape, prunable) in parameters)
        {
            // In floating point, since the product of a shape may overflow any integer.
            if (Count + shape.Aggregate(1.0, (product, n) => product * n) > Array.MaxLength)
            {
                throw new SettingException(
                    $"With {name} [{string.Join(", ", shape)}] the network has more than {Array.MaxLength} weights. Choose a narrower one.");
            }

            var parameter = new Parameter(name, shape, Count, prunable);
            list.Add(parameter);
            Count += parameter.Count;
        }

        Parameters = list;
        _byName = list.ToDictionary(parameter => parameter.Name);
        Prunable = [.. list.Where(parameter => parameter.Prunable)];
        PrunableCount = Prunable.Sum(parameter => parameter.Count);
        var running = new List<RunningStatistic>();
        foreach (var (name, length, initial) in statistics ?? [])
        {
            running.Add(new RunningStatistic(name, length, StatisticsCount, initial));
            StatisticsCount += length;
        }

        Statistics = running;
    }

    /// <summary>All parameters, in the order of the vector.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The parameters that pruning may touch.</summary>
    public IReadOnlyList<Parameter> Prunable { get; }

    /// <summary>Length of the weight vector.</summary>
    public int Count { get; }

    /// <summary>Number of prunable weights: what a density is a fraction of.</summary>
    public int PrunableCount { get; }

    /// <summary>The running statistics of batch norm: a vector of their own, since nothing trains, prunes or counts them as weights.</summary>
    public IReadOnlyList<RunningStatistic> Statistics { get; }

    /// <summary>Length of the vector of statistics.</summary>
    public int StatisticsCount { get; }

    /// <summary>The running statistic of this name.</summary>
    public RunningStatistic RunningStatistic(string name) => Statistics.First(part => part.Name == name);

    /// <summary>The parameter of a name.</summary>
    public Parameter this[string name] => _byName[name];

    /// <summary>Place of a parameter in <see cref="Parameters"/>.</summary>
    public int IndexOf(Parameter parameter)
    {
        for (var i = 0; i < Parameters.Count; i++)
        {
            if (ReferenceEquals(Parameters[i], parameter)) return i;
        }

        throw new ArgumentException($"{parameter.Name} is not a parameter of this network.", nameof(parameter));
    }

    /// <summary>The parameter of a name, if there is one.</summary>
    public bool TryFind(string name, out Parameter parameter) => _byName.TryGetValue(name, out parameter!);
}
