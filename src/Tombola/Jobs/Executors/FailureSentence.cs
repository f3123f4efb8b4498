using System.Net.Sockets;
using System.Text.Json;
using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;

namespace Tombola.Jobs;

/// <summary>What an exception means to a person, in a sentence.</summary>
internal static class FailureSentence
{
    public static string Of(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure switch
        {
            AggregateException { InnerExceptions: [var only] } => Of(only),
            OutOfMemoryException => "There is not enough memory. Close other programs, raise the limit on memory if one is set, or ask for less: fewer --workers, a smaller batch, or a smaller model.",
            UnauthorizedAccessException => $"{Words(failure.Message)} Change its permissions, or name another.",
            SettingException or IOException or InvalidDataException or ArithmeticException or SocketException or JobsFailedException or OperationCanceledException => Words(failure.Message),
            JsonException => $"A file is not the JSON that it should be: {Words(failure.Message)}",
            _ => $"This is a fault of the program, not of the command: {Words(WithoutParameter(failure))} ({failure.GetType().Name.Replace("Exception", "", StringComparison.Ordinal)}{(failure.TargetSite is { } place ? $" in {place.DeclaringType?.Name}.{place.Name}" : "")}). Please report it with the command.",
        };
    }

    /// <summary>The framework puts the name of a method's parameter behind its messages, which says nothing to whoever typed the command.</summary>
    private static string WithoutParameter(Exception failure) =>
        failure is ArgumentException { ParamName: { } name } ? failure.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : failure.Message;

    private static string Words(string message) => Printable.Sentence(message.ReplaceLineEndings(" ")) is var text && text.EndsWith('.') ? text : text + ".";
}
