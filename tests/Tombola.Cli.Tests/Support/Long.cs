namespace Tombola.Cli.Tests.Support;

/// <summary>Tests that try many things try a few of them, and all where <c>TOMBOLA_TEST_LONG=1</c>.</summary>
internal static class Long
{
    public static bool IsWanted { get; } = Environment.GetEnvironmentVariable("TOMBOLA_TEST_LONG") == "1";

    /// <summary>How many to try.</summary>
    public static int Count(int few, int many) => IsWanted ? many : few;

    /// <summary>All cases, or every so many'th from a start that changes from day to day, so that in time all have their turn.</summary>
    public static IEnumerable<T> Some<T>(IReadOnlyList<T> all, int few)
    {
        if (IsWanted || all.Count <= few) return all;
        var start = (int)(DateTime.UtcNow.Ticks / TimeSpan.TicksPerDay % all.Count);
        return Enumerable.Range(0, few).Select(i => all[(start + (int)((long)i * all.Count / few)) % all.Count]);
    }
}
