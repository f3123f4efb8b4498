using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tombola.Reporting;

/// <summary>The answer to a question about a few replicates.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Answer>))]
public enum Answer
{
    /// <summary>The whole interval says no.</summary>
    [JsonStringEnumMemberName("no")]
    No,

    /// <summary>The whole interval says yes.</summary>
    [JsonStringEnumMemberName("yes")]
    Yes,

    /// <summary>The replicates do not decide: their interval lies on both sides of the bound, or there are none of which it was asked.</summary>
    [JsonStringEnumMemberName("undecided")]
    Undecided,
}

/// <summary>The logic of three values (Kleene): what is undecided stays so unless the others settle it.</summary>
public static class Answers
{
    /// <summary>Yes or no.</summary>
    public static Answer Of(bool value) => value ? Answer.Yes : Answer.No;

    /// <summary>Undecided for null.</summary>
    public static Answer Of(bool? value) => value is { } decided ? Of(decided) : Answer.Undecided;

    /// <summary>No for yes, yes for no, and still undecided.</summary>
    public static Answer Not(this Answer answer) => answer switch { Answer.Yes => Answer.No, Answer.No => Answer.Yes, _ => Answer.Undecided };

    /// <summary>Yes if all are, no if one is not.</summary>
    public static Answer All(this IEnumerable<Answer> answers) => answers.Select(Not).Any().Not();

    /// <summary>Yes if one is, no if none may be.</summary>
    public static Answer Any(this IEnumerable<Answer> answers)
    {
        Answer[] all = [.. answers];
        return all.Contains(Answer.Yes) ? Answer.Yes : all.Contains(Answer.Undecided) ? Answer.Undecided : Answer.No;
    }
}

/// <summary>Claims hold, or do not, or it is open: true, false and null for programs.</summary>
internal sealed class AnswerAsBoolean : JsonConverter<Answer>
{
    public override bool HandleNull => true;

    public override Answer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Answers.Of(reader.TokenType == JsonTokenType.Null ? null : reader.GetBoolean());

    public override void Write(Utf8JsonWriter writer, Answer value, JsonSerializerOptions options)
    {
        if (value == Answer.Undecided) writer.WriteNullValue();
        else writer.WriteBooleanValue(value == Answer.Yes);
    }
}
