using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Presets;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Jobs;

/// <summary>What a listing says of entries, against the results of the jobs themselves.</summary>
public sealed class EntryIndexTests(EntryIndexTests.Stocked stocked) : IClassFixture<EntryIndexTests.Stocked>
{
    private static readonly PruneJob Second = Workshop.Prune with { State = Workshop.Ticket, Mask = Workshop.Prune };
    private static readonly ShuffleMaskJob Shuffled = new() { Model = Workshop.Model, Mask = Second, Seed = 3 };

    private Store Store => stocked.Store;

    [Fact]
    public void Entries_say_level_density_step_accuracy_and_loss()
    {
        var index = new EntryIndex(Store);
        var (dense, ticket, evaluation) = (Store.Result(Workshop.Dense), Store.Result(Workshop.Ticket), Store.Result(Workshop.Evaluate));
        Assert.Equal((0, 1, 0L, null, null), Facts(index, Workshop.Initialise));
        Assert.Equal((0, 1, 100L, Accuracy.Of(dense.Last.TestError), dense.Last.TestLoss), Facts(index, Workshop.Dense));
        Assert.Equal((1, Store.Result(Workshop.Prune).Density, null, null, null), Facts(index, Workshop.Prune));
        Assert.Equal((1, Store.Result(Workshop.Prune).Density, 100L, Accuracy.Of(ticket.Last.TestError), ticket.Last.TestLoss), Facts(index, Workshop.Ticket));
        Assert.Equal((1, Store.Result(Workshop.Prune).Density, 100L, Accuracy.Of(evaluation.Error), evaluation.Loss), Facts(index, Workshop.Evaluate));
        Assert.Equal((2, Store.Result(Second).Density, null, null, null), Facts(index, Second));
        Assert.Equal((2, Store.Result(Second).Density, null, null, null), Facts(index, Shuffled));
    }

    [Fact]
    public void The_level_is_not_known_once_a_mask_on_the_way_is_gone()
    {
        using var folder = new TemporaryFolder();
        var store = new Store(folder.FullPath);
        Workshop.Run(store, 2, Shuffled);
        store.Remove(Workshop.Prune.Key);
        Assert.Equal((null, store.Result(Shuffled).Density), (Facts(new EntryIndex(store), Shuffled).Level, Facts(new EntryIndex(store), Shuffled).Density));
    }

    [Theory]
    [InlineData("accuracy>0.5", 0.6, true)]
    [InlineData("accuracy > 0.6", 0.6, false)]
    [InlineData("accuracy>=0.6", 0.6, true)]
    [InlineData("accuracy<0.6", 0.6, false)]
    [InlineData("accuracy<=6e-1", 0.6, true)]
    [InlineData("accuracy=0.6", 0.6, true)]
    [InlineData("accuracy=0.5", 0.6, false)]
    public void A_condition_compares(string condition, double accuracy, bool holds) =>
        Assert.Equal(holds, EntryCondition.Parse(condition).Holds(new EntryFacts(new EntryIndex(Store).All[0], 1, 0.5, 7, accuracy, 2)));

    [Fact]
    public void Every_number_can_be_asked_for_and_what_is_absent_is_not_chosen()
    {
        var entry = new EntryIndex(Store).All[0];
        foreach (var condition in new[] { "level=1", "density=0.5", "step=7", "accuracy=0.6", "loss=2" })
        {
            Assert.True(EntryCondition.Parse(condition).Holds(new EntryFacts(entry, 1, 0.5, 7, 0.6, 2)), condition);
            Assert.False(EntryCondition.Parse(condition).Holds(new EntryFacts(entry, null, null, null, null, null)), condition);
        }
    }

    [Theory]
    [InlineData("accuracy", "compares nothing")]
    [InlineData("accurcy>1", "Did you mean accuracy?")]
    [InlineData("loss<much", "a number with a decimal point")]
    [InlineData("loss<1,5", "a number with a decimal point")]
    public void What_is_no_condition_is_refused(string text, string part) => Assert.Contains(part, Assert.Throws<SettingException>(() => EntryCondition.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Trainings_have_every_setting_under_the_name_of_its_preset()
    {
        var index = new EntryIndex(Store);
        var table = TrainingTable.Of(index, index.All.Select(index.Facts), new EntryUses(Store, index, []));
        string[] columns = [.. table.Columns.Select(column => column.Title)];
        Assert.Equal(columns.Distinct(), columns);
        Assert.Empty(PresetFields.Of(Workshop.Dense.Recipe).Concat(PresetFields.Of(Workshop.Glyphs)).Select(field => field.Name).Except(columns));
        Assert.Equal(index.All.Count(entry => entry.Kind == "train"), table.Rows.Count);
        var ticket = columns.Zip(table.Rows.Single(row => row[0] == Workshop.Ticket.Key)).ToDictionary();
        Assert.Equal(("adam", "0.001", "30", "100it", "0", "none"), (ticket["optimizer"], ticket["learningRate"], ticket["batch"], ticket["steps"], ticket["momentum"], ticket["augmentation"]));
        Assert.Equal((Workshop.Model, "glyphs", "300", "xavier_normal", "1"), (ticket["model"], ticket["data"], ticket["subsample"], ticket["initializer"], ticket["initSeed"]));
        Assert.Equal(("magnitude", "0.2", "true", "1", Workshop.Prune.Key), (ticket["pruning"], ticket["fraction"], ticket["exemptOutput"], ticket["level"], ticket["mask"]));
        Assert.Equal(("0", "100", "2", Workshop.Initialise.Key), (ticket["from"], ticket["to"], ticket["order"], ticket["start"]));
        Assert.Equal(Store.Result(Workshop.Ticket).Last.TestError, double.Parse(ticket["testError"], System.Globalization.CultureInfo.InvariantCulture));
        var dense = columns.Zip(table.Rows.Single(row => row[0] == Workshop.Dense.Key)).ToDictionary();
        Assert.Equal(("", "", "0", "1"), (dense["mask"], dense["pruning"], dense["level"], dense["density"]));
    }

    private static (int? Level, double? Density, long? Step, double? Accuracy, double? Loss) Facts(EntryIndex index, Job job)
    {
        var facts = index.Facts(index.All.Single(entry => entry.Key == job.Key));
        return (facts.Level, facts.Density, facts.Step, facts.Accuracy, facts.Loss);
    }

    public sealed class Stocked : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Stocked() => Workshop.Run(Store = new Store(_folder.FullPath), 2, Workshop.Evaluate, Shuffled);

        public Store Store { get; }

        public void Dispose() => _folder.Dispose();
    }
}
