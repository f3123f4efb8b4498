namespace Tombola.Tests;

/// <summary>Tests that try many inputs try four times as many where <c>TOMBOLA_TEST_LONG=1</c>: more than ten thousand malformed files instead of three.</summary>
internal static class LongTests
{
    private static readonly bool IsWanted = Environment.GetEnvironmentVariable("TOMBOLA_TEST_LONG") == "1";

    /// <summary>How many inputs to try where <paramref name="few"/> are enough every day.</summary>
    public static int Inputs(int few) => IsWanted ? 4 * few : few;
}
