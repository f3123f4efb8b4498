using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tombola.Cli;

/// <summary>The one JSON value that a command with <c>--json</c> writes: its object, or what went wrong.</summary>
/// <remarks>A command sets its object, which is written when the command has ended: what fails later must not leave two values.</remarks>
internal static class Answer
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static readonly Lock Turn = new();
    private static string? _value;
    private static bool _written;

    /// <summary>Before each command.</summary>
    public static void Begin() => (_value, _written) = (null, false);

    /// <summary>The command's object.</summary>
    public static void Set<T>(T value) => _value = JsonSerializer.Serialize(value, Indented);

    /// <summary>Writes the command's object, if it has set one.</summary>
    public static void Write()
    {
        if (_value is not null) WriteOnce(_value);
    }

    /// <summary>Writes what went wrong instead.</summary>
    public static void Write(Failure failure)
    {
        WriteOnce(failure.Jobs.Count > 0
            ? JsonSerializer.Serialize(new { Error = failure.Sentence, failure.ExitCode, Failures = failure.Jobs }, Indented)
            : JsonSerializer.Serialize(new { Error = failure.Sentence, failure.ExitCode }, Indented));
    }

    private static void WriteOnce(string value)
    {
        lock (Turn)
        {
            if (_written) return;
            // Before writing: an output that failed is not tried again.
            _written = true;
            Console.Out.WriteLine(value);
        }
    }
}
