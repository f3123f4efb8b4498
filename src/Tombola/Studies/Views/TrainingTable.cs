using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tombola.Data;
using Tombola.Jobs;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>Trainings of a store as a table for programs: a row each, with all settings by the names that presets have for them, and what came out.</summary>
internal static class TrainingTable
{
    /// <summary>The trainings among some entries.</summary>
    /// <param name="index">The store's entries.</param>
    /// <param name="entries">Those to show; what is no training is passed over.</param>
    /// <param name="uses">The studies behind which they are.</param>
    public static Table Of(EntryIndex index, IEnumerable<EntryFacts> entries, EntryUses uses)
    {
        OrderedDictionary<string, object?>[] rows = [.. entries.Where(facts => facts.Entry.Kind == "train").Select(facts => Row(index, facts, uses))];
        string[] columns = [.. rows.SelectMany(row => row.Keys).Distinct()];
        return new Table(
            "trainings",
            "Trainings",
            [.. columns.Select(column => new TableColumn(column))],
            [.. rows.Select(row => (IReadOnlyList<string>)[.. columns.Select(column => RecordTable.Text(row.GetValueOrDefault(column)))])]);
    }

    private static OrderedDictionary<string, object?> Row(EntryIndex index, EntryFacts facts, EntryUses uses)
    {
        var (entry, job, last) = (facts.Entry, facts.Entry.Job, facts.Entry.Result?["last"]);
        var (mask, start) = (index.Chain(entry, "mask").FirstOrDefault(one => one.Kind == "prune"), Begin(index, entry));
        OrderedDictionary<string, object?> row = new()
        {
            ["key"] = entry.Key,
            ["model"] = entry.Model,
            ["initializer"] = EntryFacts.Text(start?.Job, "initializer"),
            ["batchNormInitializer"] = start is null ? null : EntryFacts.Text(start.Job, "batchNormInitializer"),
        };
        foreach (var (name, value) in PresetFields.Of(Read<DatasetSpec>(job?["data"]))) row[name] = value;
        row["fingerprint"] = EntryFacts.Text(job?["data"], "fingerprint");
        foreach (var (name, value) in PresetFields.Of(Read<Recipe>(job?["recipe"]))) row[name] = value;
        row["pruning"] = EntryFacts.Text(mask?.Job, "strategy");
        row["distribution"] = EntryFacts.Text(mask?.Job, "distribution");
        row["fraction"] = EntryFacts.Number(mask?.Job, "fraction");
        row["exemptOutput"] = mask is null ? null : mask.Job?["exempt"] is JsonArray { Count: > 0 };
        row["kernels"] = EntryFacts.Text(job, "kernels");
        row["backend"] = EntryFacts.Text(job, "backend");
        row["from"] = EntryFacts.Number(job, "from") ?? 0;
        row["to"] = facts.Step;
        row["order"] = job?["noise"]?["order"]?.ToString();
        row["augment"] = job?["noise"]?["augment"]?.ToString();
        row["initSeed"] = start?.Job?["seed"]?.ToString();
        row["start"] = EntryFacts.Text(job, "start");
        row["mask"] = EntryFacts.Text(job, "mask");
        row["level"] = facts.Level;
        row["density"] = facts.Density;
        row["accuracy"] = facts.Accuracy;
        foreach (var name in new[] { "epoch", "trainLoss", "trainError", "testLoss", "testError" }) row[name] = EntryFacts.Number(last, name);
        row["skipped"] = EntryFacts.Number(entry.Result, "skipped");
        row["studies"] = string.Join(' ', uses.StudiesOf(entry));
        row["replicate"] = uses.ReplicateOf(entry);
        row["version"] = entry.Version;
        row["finished"] = entry.Finished.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        row["bytes"] = entry.Bytes;
        return row;
    }

    /// <summary>The entry that drew the weights which a training began with.</summary>
    private static StoreEntry? Begin(EntryIndex index, StoreEntry entry)
    {
        var first = index.Chain(entry, "start").LastOrDefault(entry);

        // Signs may have been shuffled of what was trained before.
        if (first.Kind == "shuffle-signs" && index.Input(first, "state") is { } state) first = index.Chain(state, "start").LastOrDefault(state);
        return first.Kind == "initialise" ? first : null;
    }

    /// <summary>With what the canonical JSON leaves out since it is the default.</summary>
    private static T Read<T>(JsonNode? json)
        where T : new()
    {
        try
        {
            return json.Deserialize<T>(JobContext.Json) ?? new T();
        }
        catch (JsonException)
        {
            // Of a program whose settings are others; its results are shown all the same.
            return new T();
        }
    }
}
