using Tombola.Engine.Foreign;
using Xunit;

namespace Tombola.Tests.Data.Fuzzing;

/// <summary>What every message about somebody's file must be.</summary>
internal static class Sentences
{
    /// <summary>It names a file of the folder, fits on a terminal, moves no cursor, and ends like a sentence.</summary>
    public static void AssertGood(string message, string folder)
    {
        Assert.Contains(folder, message, StringComparison.Ordinal);
        Assert.True(message.Length <= Printable.LongestSentence, $"{message.Length} characters: {message}");
        Assert.Equal(Printable.Lines(message).ReplaceLineEndings(" "), message);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }
}
