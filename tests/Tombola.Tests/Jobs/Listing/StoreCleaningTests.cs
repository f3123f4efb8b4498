using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Jobs;

/// <summary>What goes from a store, with times set by hand.</summary>
public sealed class StoreCleaningTests : IDisposable
{
    private static readonly DateTime Now = new(2030, 6, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly Job Stray = Workshop.Initialise with { Seed = 99 };
    private readonly TemporaryFolder _folder = new();

    public StoreCleaningTests()
    {
        Workshop.Run(Store, 2, Workshop.Ticket, Stray);
        foreach (var entry in Store.Entries()) Directory.SetLastWriteTimeUtc(entry.Folder, Now.AddDays(-60));
        Directory.CreateDirectory(Report);
        File.WriteAllText(Path.Combine(Report, "index.html"), "A page.");
        EntryChecksums.Write(Report, [ReportJobs.Write(Report, [Workshop.Ticket])]);
        Age(Path.Combine(Report, ReportJobs.FileName), 10);
        Directory.SetLastWriteTimeUtc(Report, Now.AddDays(-10));
    }

    private Store Store => new(_folder.FullPath);

    private string Report => _folder.At(ReportJobs.Folder, "quickstart-0123");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_report_names_the_jobs_it_reads_and_all_behind_them() =>
        Assert.Equal(new[] { Workshop.Initialise.Key, Workshop.Dense.Key, Workshop.Prune.Key, Workshop.Ticket.Key }.Order(StringComparer.Ordinal), ReportJobs.Read(Report));

    [Fact]
    public void What_a_report_of_the_last_days_needs_stays_and_the_rest_goes()
    {
        var cleaning = StoreCleaning.Of(Store, 30, Now);
        Assert.Equal([Stray.Key], cleaning.Entries.Select(entry => entry.Key));
        Assert.Equal(Store.Entries().Single(entry => entry.Key == Stray.Key).Bytes, cleaning.EntryBytes);
        Assert.Equal(5, Store.Entries().Count);
        cleaning.Remove(Store);
        Assert.Equal(ReportJobs.Read(Report)!, Store.Entries().Select(entry => entry.Key).Order(StringComparer.Ordinal));
        Assert.Empty(StoreCleaning.Of(Store, 30, Now).Entries);
    }

    [Fact]
    public void An_older_report_keeps_nothing_but_stays_itself()
    {
        StoreCleaning.Of(Store, 7, Now).Remove(Store);
        Assert.Empty(Store.Entries());
        Assert.True(File.Exists(Path.Combine(Report, "index.html")));
    }

    [Fact]
    public void What_is_young_stays_though_no_report_needs_it()
    {
        Directory.SetLastWriteTimeUtc(Store.EntryOf(Stray.Key), Now.AddDays(-29));
        Assert.Empty(StoreCleaning.Of(Store, 30, Now).Entries);
    }

    [Fact]
    public void Whoever_asks_for_a_report_again_keeps_what_it_needs()
    {
        ReportJobs.Use(Report);
        Assert.True(ReportJobs.LastUse(Report) > DateTime.UtcNow.AddMinutes(-5));
    }

    [Fact]
    public void Unfinished_and_damaged_jobs_go_once_they_are_old()
    {
        foreach (var (place, days) in new[] { ("partial/old", 40), ("partial/new", 5), ("damaged/old.1", 40) })
        {
            Directory.CreateDirectory(_folder.At(place));
            File.WriteAllBytes(_folder.At(place, "state.part"), new byte[100]);
            Directory.SetLastWriteTimeUtc(_folder.At(place), Now.AddDays(-days));
        }

        var cleaning = StoreCleaning.Of(Store, 30, Now);
        Assert.Equal([_folder.At("damaged/old.1"), _folder.At("partial/old")], cleaning.Leftovers.Order(StringComparer.Ordinal));
        Assert.Equal(200, cleaning.LeftoverBytes);
        cleaning.Remove(Store);
        Assert.Equal([_folder.At("partial/new")], Directory.GetDirectories(_folder.At("partial")).Concat(Directory.GetDirectories(_folder.At("damaged"))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_report_that_does_not_say_what_it_needs_stops_the_cleaning(bool gone)
    {
        var list = Path.Combine(Report, ReportJobs.FileName);
        if (gone) File.Delete(list);
        else File.WriteAllLines(list, File.ReadLines(list).Take(1).ToArray());
        if (!gone) Age(list, 10);
        Directory.SetLastWriteTimeUtc(Report, Now.AddDays(-10));
        Assert.Contains(Report, Assert.Throws<InvalidDataException>(() => StoreCleaning.Of(Store, 30, Now)).Message, StringComparison.Ordinal);
        Assert.Equal(5, StoreCleaning.Of(Store, 7, Now).Entries.Count);
    }

    [Fact]
    public void A_store_in_which_something_runs_is_not_cleaned()
    {
        using var claim = Store.Claim(Workshop.Evaluate).Claim;
        Assert.Contains("is being computed", Assert.Throws<SettingException>(() => StoreCleaning.Of(Store, 30, Now)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(36501)]
    public void Days_that_cannot_be_are_refused(int days) => Assert.Throws<SettingException>(() => StoreCleaning.Of(Store, days, Now));

    private static void Age(string file, int days) => File.SetLastWriteTimeUtc(file, Now.AddDays(-days));
}
