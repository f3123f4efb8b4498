namespace Tombola.Studies;

/// <summary>Numbers by the names of their measures, in the order in which they were measured. Equal if names and numbers are.</summary>
public sealed class Statistics : IEquatable<Statistics>
{
    private readonly OrderedDictionary<string, SampleStatistic> _byName;

    private Statistics(IEnumerable<KeyValuePair<string, SampleStatistic>> byName) => _byName = new OrderedDictionary<string, SampleStatistic>(byName);

    /// <summary>Those that there are.</summary>
    public IReadOnlyList<string> Names => _byName.Keys;

    /// <summary>Of measures and their numbers.</summary>
    /// <exception cref="ArgumentException">Two measures have the same name.</exception>
    public static Statistics Of(params IEnumerable<(Measure<double> Measure, SampleStatistic Value)> statistics) =>
        new(statistics.Select(one => KeyValuePair.Create(one.Measure.Name, one.Value)));

    /// <summary>The number of a name, or null.</summary>
    public SampleStatistic? Find(string name) => _byName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public bool Equals(Statistics? other) => other is not null && _byName.SequenceEqual(other._byName);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Statistics);

    /// <inheritdoc/>
    public override int GetHashCode() => _byName.Count;
}
