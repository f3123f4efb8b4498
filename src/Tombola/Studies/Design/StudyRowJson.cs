using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tombola.Studies;

/// <summary>Writes a row as programs have it: one object without levels, every number under the name of its measure.</summary>
internal sealed class StudyRowJson : JsonConverter<StudyRow>
{
    public override StudyRow Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Rows are written for other programs, and not read.");

    public override void Write(Utf8JsonWriter writer, StudyRow value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new OrderedDictionary<string, object?>(Properties(value)), options);

    private static IEnumerable<KeyValuePair<string, object?>> Properties(StudyRow row)
    {
        var own = row.Statistics.Names.Except(Measures.Numbers.Select(measure => measure.Name));
        return
        [
            new("preset", row.Preset),
            new("level", row.Level),
            new("density", row.Density),
            new("kind", row.Kind.Name),
            new("startStep", row.StartStep),
            new("restarted", row.Condition.Restarted),
            new("at", row.At),
            new("replicates", row.Replicates),
            new("copies", row.Copies),
            .. Measures.Numbers.Select(measure => measure.Name).Concat(own).Select(name => KeyValuePair.Create(name, (object?)row.Statistics.Find(name))),
            new("stable", row.Stable),
            new("matching", row.Matching),
            new("matchingWithinSd", row.MatchingWithinSd),
        ];
    }
}
