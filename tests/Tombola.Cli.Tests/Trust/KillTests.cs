using System.Globalization;

namespace Tombola.Cli.Tests.Trust;

/// <summary>A study that is killed again and again at random moments loses nothing, and lets nothing unsound in.</summary>
public sealed class KillTests(Xunit.Abstractions.ITestOutputHelper log) : IDisposable
{
    private const int Killed = 137, Stopped = 3;
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_study_that_is_killed_at_random_moments_ends_with_the_same_bytes(bool mixed)
    {
        var (seed, kills, rounds, wanted) = (Random.Shared.Next(), 0, 0, Long.Count(8, 500));
        var random = new Random(seed);
        var reach = UntilTheFirstEntry() + 600;
        for (var tries = 0; kills < wanted && tries < 3 * wanted; tries++)
        {
            using var child = _sandbox.Start(SmallStudy.Command);
            var (delay, watch) = (random.Next(reach / 4, reach), System.Diagnostics.Stopwatch.StartNew());
            child.Until(() => watch.ElapsedMilliseconds >= delay);
            if (!child.HasEnded) Send(child, mixed ? random.Next(3) : 0);
            var ended = child.End();
            if (ended.Code == 0)
            {
                SmallStudy.Undisturbed.IsIn(_sandbox, $"seed {seed}, kill {kills}");
                Directory.Delete(_sandbox.StorePath, recursive: true);
                rounds++;
                continue;
            }

            // Before the program has its handlers, the runtime ends it by the signal.
            Assert.True(ended.Code == Killed || (mixed && ended.Code is Stopped or 130 or 143), $"seed {seed}, kill {kills}: {ended}");
            StoreFolder.AssertSound(_sandbox.StorePath);
            kills++;
        }

        SmallStudy.Undisturbed.IsCompletedIn(_sandbox, $"seed {seed}, after {kills} kills");
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kills} kills, {rounds + 1} completed stores, all with the undisturbed bytes; seed {seed}"));
    }

    private static void Send(Child child, int signal)
    {
        try
        {
            if (signal == 0) child.SendKill();
            else if (signal == 1) child.SendTerminate();
            else child.SendInterrupt();
        }
        catch (Xunit.Sdk.EqualException)
        {
            // It ended just now.
        }
    }

    /// <summary>How long a run takes here to its first entry, in ms.</summary>
    private int UntilTheFirstEntry()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var child = _sandbox.Start(SmallStudy.Command);
        child.Until(() => StoreFolder.Entries(_sandbox.StorePath).Length > 0);
        child.SendKill();
        child.End();
        return (int)watch.ElapsedMilliseconds;
    }
}
