using System.Collections.Concurrent;

namespace Tombola.Data;

/// <summary>Data sets loaded once and shared by all jobs of a process.</summary>
public sealed class DatasetCache(DataFolder folder)
{
    private readonly ConcurrentDictionary<DatasetSpec, Lazy<Dataset>> _loaded = new();
    private readonly ConcurrentDictionary<DatasetSpec, Lazy<DatasetSpec>> _resolved = new();

    /// <summary>The data set of a specification, refused if its content is not the one the specification was made for.</summary>
    public Dataset Load(DatasetSpec spec) => _loaded.GetOrAdd(spec, key => new Lazy<Dataset>(() => Datasets.Load(key, folder))).Value;

    /// <summary>Image and classes of a specification that was resolved; reads nothing where they are known.</summary>
    public ExampleForm FormOf(DatasetSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (Datasets.Find(spec.Name).Form is { } known) return known;
        var train = Load(spec).Train;
        return new ExampleForm(train.Shape, train.Classes);
    }

    /// <summary>The specification with the fingerprint of what lies in the data folder. What had to be read for it is kept.</summary>
    public DatasetSpec Resolve(DatasetSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Fingerprint is not null) return spec;
        if (Datasets.Find(spec.Name).KnownFingerprint is { } known) return spec with { Fingerprint = known };
        return _resolved.GetOrAdd(spec, key => new Lazy<DatasetSpec>(() =>
        {
            var dataset = Datasets.Load(key, folder);
            var resolved = key with { Fingerprint = dataset.Fingerprint };
            _loaded.TryAdd(resolved, new Lazy<Dataset>(dataset));
            return resolved;
        })).Value;
    }
}
