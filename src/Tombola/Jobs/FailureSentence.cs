using System.Net.Sockets;
using System.Text.Json;

namespace Tombola.Jobs;

/// <summary>What an exception means to a person, in a sentence.</summary>
public static class FailureSentence
{
    public static string Of(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure switch
        {
            OutOfMemoryException => "There is not enough memory. Use fewer --workers, a smaller batch or network, or a machine with more.",
            // The framework adds the parameter's name, which means nothing to a person.
            ArgumentException { ParamName: { } parameter } argument => argument.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal),
            ArgumentException or ArithmeticException or IOException or InvalidDataException or SocketException or JsonException or UnauthorizedAccessException or JobsFailedException or OperationCanceledException => failure.Message,
            _ => $"The program has a fault: {failure.GetType().Name.Replace("Exception", "", StringComparison.Ordinal)}, {failure.Message.TrimEnd('.')}. Please report it with the command that shows it.",
        };
    }
}
