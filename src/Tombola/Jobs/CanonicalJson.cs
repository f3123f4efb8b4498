using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tombola.Jobs;

/// <summary>The one JSON text of a job: properties sorted by name, those at their defaults left out, jobs replaced by their keys.</summary>
/// <remarks>Since defaults are left out, a field added later with a neutral default does not rename results that exist. A test pins some keys.</remarks>
internal static class CanonicalJson
{
    /// <summary>What the JSON calls <see cref="Job.Bits"/>, which every job has.</summary>
    public const string Bits = "bits";

    private static readonly HashSet<string> Derived = [nameof(Job.Key), nameof(Job.Inputs), nameof(Job.Title), nameof(Job.Cost)];

    public static JsonObject Of(Job job)
    {
        var json = Members(job, null);
        json["kind"] = job.Kind;
        json[Bits] = job.Bits;
        return Sorted(json);
    }

    /// <summary>What the JSON calls a property.</summary>
    public static string Name(string property) => JsonNamingPolicy.CamelCase.ConvertName(property);

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        Job job => JsonValue.Create(job.Key),
        string or bool or int or long or uint or ulong or double => JsonSerializer.SerializeToNode(value),
        System.Collections.IEnumerable items => new JsonArray([.. items.Cast<object>().Select(Value)]),
        _ => Sorted(Members(value, Default(value.GetType()))),
    };

    private static JsonObject Members(object value, object? defaults)
    {
        var json = new JsonObject();
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if ((value is Job && (Derived.Contains(property.Name) || property.Name == nameof(Job.Kind))) || property.GetIndexParameters().Length > 0 || !property.CanWrite) continue;
            var node = Value(property.GetValue(value));
            var neutral = Value(defaults is not null ? property.GetValue(defaults) : Default(property.PropertyType));
            if (node is null || JsonNode.DeepEquals(node, neutral) || node is JsonArray { Count: 0 }) continue;
            json[Name(property.Name)] = node;
        }

        return json;
    }

    /// <summary>What a new object of the type says, if it can be made without arguments; else the type's zero.</summary>
    private static object? Default(Type type) =>
        type.IsValueType || (type.GetConstructor(Type.EmptyTypes) is not null && !type.IsAssignableTo(typeof(Job))) ? Activator.CreateInstance(type) : null;

    private static JsonObject Sorted(JsonObject json) =>
        new(json.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
}
