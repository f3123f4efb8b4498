using System.Text.Json.Nodes;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>The entries of a store by key, and what each says together with those that it reads. Nothing of it is proven.</summary>
internal sealed class EntryIndex
{
    /// <summary>No chain of jobs is longer, unless somebody wrote a circle.</summary>
    private const int Deepest = 10_000;

    private readonly Dictionary<string, StoreEntry> _entries;
    private readonly Dictionary<string, EntryFacts> _facts = [];

    /// <param name="store">The store.</param>
    public EntryIndex(Store store)
    {
        All = store.Entries();
        _entries = All.ToDictionary(entry => entry.Key);
    }

    /// <summary>The entries, oldest first.</summary>
    public IReadOnlyList<StoreEntry> All { get; }

    /// <summary>The entry that another names in its job.</summary>
    public StoreEntry? Input(StoreEntry entry, string name) => EntryFacts.Text(entry.Job, name) is { } key ? _entries.GetValueOrDefault(key) : null;

    /// <summary>The entries that one leads to by a name, nearest first: a mask, the one it was made from, and so on.</summary>
    public IEnumerable<StoreEntry> Chain(StoreEntry entry, string name)
    {
        var count = 0;
        for (var next = Input(entry, name); next is not null && count++ < Deepest; next = Input(next, name)) yield return next;
    }

    /// <summary>What an entry says.</summary>
    public EntryFacts Facts(StoreEntry entry) => _facts.TryGetValue(entry.Key, out var known) ? known : _facts[entry.Key] = entry.Kind switch
    {
        "train" => new EntryFacts(
            entry,
            LevelOf(entry),
            Ratio(entry.Result),
            (long?)EntryFacts.Number(entry.Job, "to"),
            AccuracyOf(EntryFacts.Number(entry.Result, "last", "testError")),
            EntryFacts.Number(entry.Result, "last", "testLoss")),
        "prune" or "shuffle-mask" => new EntryFacts(entry, LevelOf(entry), Ratio(entry.Result), null, null, null),
        "initialise" => new EntryFacts(entry, 0, 1, 0, null, null),
        "import" => new EntryFacts(entry, OriginOf(entry, "level"), EntryFacts.Number(entry.Result, "density"), OriginOf(entry, "step"), null, null),
        "import-mask" => new EntryFacts(entry, OriginOf(entry, "level"), Ratio(entry.Result), null, null, null),
        "project" or "perturb" => OfState(entry, "state") with { Level = LevelOf(entry), Density = Input(entry, "mask") is { } mask ? Ratio(mask.Result) : 1 },
        "evaluate" => OfState(entry, "state") with { Accuracy = AccuracyOf(EntryFacts.Number(entry.Result, "error")), Loss = EntryFacts.Number(entry.Result, "loss") },
        "spectrum" or "flatness" => OfState(entry, "state"),
        "path" or "compare" or "similarity" => OfState(entry, "first"),
        _ => new EntryFacts(entry, null, null, null, null, null),
    };

    /// <summary>What is measured of a state has its level, density and step.</summary>
    private EntryFacts OfState(StoreEntry entry, string name) => Input(entry, name) is { Kind: "train" or "initialise" or "import" or "project" or "perturb" } state
        ? Facts(state) with { Entry = entry, Accuracy = null, Loss = null }
        : new EntryFacts(entry, null, null, null, null, null);

    /// <summary>What the folder of a run says of a file.</summary>
    private static int? OriginOf(StoreEntry entry, string name) => entry.Job?["origin"] is null ? null : (int)(EntryFacts.Number(entry.Job, "origin", name) ?? 0);

    private int? LevelOf(StoreEntry entry)
    {
        StoreEntry[] masks = [.. Chain(entry, "mask")];
        return EntryFacts.Text(masks.LastOrDefault(entry).Job, "mask") is not null ? null : masks.Append(entry).Count(one => one.Kind == "prune");
    }

    private static double? AccuracyOf(double? error) => error is { } known ? Accuracy.Of(known) : null;

    private static double? Ratio(JsonObject? result) => EntryFacts.Number(result, "remaining") / EntryFacts.Number(result, "prunable");
}
