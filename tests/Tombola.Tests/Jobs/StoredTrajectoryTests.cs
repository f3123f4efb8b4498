using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Jobs;

public sealed class StoredTrajectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Any_entry_of_a_training_leads_to_all_of_its_states()
    {
        var store = new Store(_folder.FullPath);
        TrainJob[] places = [Workshop.Ticket with { To = 20 }, Workshop.Ticket with { To = 50 }, Workshop.Ticket];
        Workshop.Run(store, 2, [.. places, Workshop.Train(Workshop.Prune, 3)]);
        foreach (var place in places)
        {
            var found = StoredTrajectory.Of(store, place.Key[..12]);
            Assert.Equal((Workshop.Model, Workshop.Glyphs), (found.Model, found.Data));
            Assert.Equal([0L, 20, 50, 100], found.States.Select(state => state.Step));
            Assert.Equal(((Job[])[Workshop.Initialise, .. places]).Select(job => store.FileOf(job, Store.StateFile)), found.States.Select(state => state.File));
            Assert.Equal(store.FileOf(Workshop.Prune, PruneResult.FileName), found.MaskFile);
        }

        Assert.Null(StoredTrajectory.Of(store, Workshop.Dense.Key).MaskFile);
    }

    [Fact]
    public void What_is_no_training_or_not_there_is_refused()
    {
        var store = new Store(_folder.FullPath);
        Workshop.Run(store, 1, Workshop.Dense);
        Assert.Contains("is no training but 'initialise'", Refusal(Workshop.Initialise.Key), StringComparison.Ordinal);
        Assert.Contains("No entry of", Refusal("zz"), StringComparison.Ordinal);
        Assert.Contains("is empty", Refusal(" "), StringComparison.Ordinal);

        string Refusal(string key) => Assert.Throws<SettingException>(() => StoredTrajectory.Of(store, key)).Message;
    }

    [Fact]
    public void A_start_that_was_removed_and_a_state_that_is_damaged_are_told_of()
    {
        var store = new Store(_folder.FullPath);
        Workshop.Run(store, 1, Workshop.Dense);
        File.AppendAllText(store.FileOf(Workshop.Dense, Store.StateFile), " ");
        Assert.Contains("does not have the checksum", Failure(), StringComparison.Ordinal);
        store.Remove(Workshop.Initialise.Key);
        Assert.Contains($"no entry {Workshop.Initialise.Key}", Failure(), StringComparison.Ordinal);

        string Failure() => Assert.Throws<InvalidDataException>(() => StoredTrajectory.Of(new Store(_folder.FullPath), Workshop.Dense.Key)).Message;
    }

    public void Dispose() => _folder.Dispose();
}
