namespace Tombola.Tests.Jobs.Trust;

/// <summary>Which of many cases a test tries: some, all where <c>TOMBOLA_TEST_LONG=1</c>.</summary>
internal static class Sample
{
    public static bool AreWanted { get; } = Environment.GetEnvironmentVariable("TOMBOLA_TEST_LONG") == "1";

    /// <summary>All cases, or every so many'th from a start that changes from day to day, so that in time all have their turn.</summary>
    public static IEnumerable<T> Of<T>(IReadOnlyList<T> all, int few)
    {
        if (AreWanted || all.Count <= few) return all;
        var start = (int)(DateTime.UtcNow.Ticks / TimeSpan.TicksPerDay % all.Count);
        return Enumerable.Range(0, few).Select(i => all[(start + (int)((long)i * all.Count / few)) % all.Count]);
    }
}
