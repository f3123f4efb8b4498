using System.Text.Json.Nodes;

namespace Tombola.Jobs;

/// <summary>What people look for in an entry; null where it has none.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Level">How many jobs pruned the network one after the other; null if one of them is gone.</param>
/// <param name="Density">Fraction of the prunable weights that remain.</param>
/// <param name="Step">Step that its state is of.</param>
/// <param name="Accuracy">Of a training on the test set at its end, of an evaluation on its set.</param>
/// <param name="Loss">Likewise, nats.</param>
internal sealed record EntryFacts(StoreEntry Entry, int? Level, double? Density, long? Step, double? Accuracy, double? Loss)
{
    /// <summary>A number of a JSON object, at some place in it.</summary>
    public static double? Number(JsonNode? json, params string[] path) =>
        path.Aggregate(json, (node, name) => (node as JsonObject)?[name]) is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    /// <summary>A text of a JSON object.</summary>
    public static string? Text(JsonNode? json, string name) => (json as JsonObject)?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
