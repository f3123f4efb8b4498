using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Papers.Tickets;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Tests.Training;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies;

public sealed class BranchTests : IDisposable
{
    private static readonly Preset Preset = ReplicateTests.Mini with { Levels = 2, StudiedLevel = 2 };
    private static readonly StudyRequest Request = new() { Preset = Preset, Scale = "tiny", Replicates = 2, Rewind = StepCount.Parse("10it") };
    private static readonly StudyContext Context = new(Request, Workshop.Data);
    private static readonly Replicate First = Context.Replicates[0];
    private static readonly Condition Ticket = new(NetworkKinds.Imp, 10, 2);
    private readonly TemporaryFolder _folder = new();

    /// <summary>Branches that cannot be, and a part of the sentence that says why.</summary>
    public static TheoryData<Branch, string> Impossible => new()
    {
        { new Branch(), "Nothing was changed" },
        { new Branch { Masks = MaskSources.Imp, Weights = WeightSources.Rewound, From = new StepCount(0, 10), Recipe = Preset.Recipe with { } }, "Nothing was changed" },
        { new Branch { Masks = MaskSources.Shuffled, Level = 0 }, "level 0 is the dense network" },
        { new Branch { Masks = MaskSources.Shuffled, Level = 101 }, "The level is 101" },
        { new Branch { Density = 0.1 }, "The mask 'imp' has the density of its level" },
        { new Branch { Density = 0.1, Masks = MaskSources.Shuffled }, "one-shot" },
        { new Branch { Density = 1, Masks = MaskSources.OneShot }, "The density is 1; it must be" },
        { new Branch { From = new StepCount(0, 60) }, "The step 60 that the weights are taken from is not before the end of training, step 60." },
        { new Branch { Recipe = Preset.Recipe with { Steps = "10it" } }, "starts at step 10 and would end at step 10" },
        { new Branch { Recipe = Preset.Recipe with { LearningRate = -1 } }, "learningRate is -1" },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Another_mask_changes_the_mask_alone() => AssertDiffers(
        new Branch { Masks = MaskSources.Shuffled },
        (ticket, branch) =>
        {
            Assert.Equal(ticket.Mask!.Key, Assert.IsType<ShuffleMaskJob>(branch.Mask).Mask.Key);
            return ticket with { Mask = branch.Mask };
        });

    [Fact]
    public void A_mask_made_at_once_takes_the_density_asked_for() => AssertDiffers(
        new Branch { Masks = MaskSources.OneShot, Density = 0.05 },
        (ticket, branch) =>
        {
            var mask = Assert.IsType<PruneJob>(branch.Mask);
            Assert.Equal((0.05, null, First.Copy(Condition.Dense(10), 0).Key), (mask.Density, mask.Mask, mask.State.Key));
            return ticket with { Mask = mask };
        });

    [Theory]
    [InlineData("snip")]
    [InlineData("grasp")]
    [InlineData("synflow")]
    public void A_mask_made_before_training_takes_it_too(string name) => AssertDiffers(
        new Branch { Masks = MaskSources.Find(name), Density = 0.05 },
        (ticket, branch) =>
        {
            var mask = Assert.IsType<PruneJob>(branch.Mask);
            Assert.Equal((name, 0.05, null, First.Initialise.Key), (mask.Strategy, mask.Density, mask.Mask, mask.State.Key));
            return ticket with { Mask = mask };
        });

    [Fact]
    public void Shuffled_signs_are_those_of_the_weights_of_step_k() => AssertDiffers(
        new Branch { Weights = WeightSources.ShuffledSigns },
        (ticket, branch) =>
        {
            Assert.Equal(First.At(10).Key, Assert.IsType<ShuffleSignsJob>(branch.Start).State.Key);
            return ticket with { Start = branch.Start };
        });

    [Fact]
    public void Newly_drawn_weights_are_those_of_the_control() => AssertDiffers(
        new Branch { Weights = WeightSources.Reinitialised },
        (ticket, _) => ticket with { Start = First.Copy(new Condition(NetworkKinds.RandomReinitialisation, 10, 2), 0).Start });

    [Fact]
    public void Another_step_moves_the_weights_and_the_place_in_the_schedule_but_not_the_mask() => AssertDiffers(
        new Branch { From = new StepCount(2, 3) },
        (ticket, _) => ticket with { Start = First.At(23), From = 23 });

    [Fact]
    public void Another_recipe_leaves_trunk_and_mask_as_they_were()
    {
        var recipe = Preset.Recipe with { LearningRate = 0.01, Batch = 20, Steps = "3ep" };

        // 300 examples make 15 batches of 20.
        AssertDiffers(new Branch { Recipe = recipe }, (ticket, _) => ticket with { Recipe = recipe, To = 45 });
    }

    [Fact]
    public void All_of_it_can_be_changed_at_once()
    {
        var recipe = Preset.Recipe with { Schedule = "linear" };
        AssertDiffers(
            new Branch { Masks = MaskSources.Shuffled, Weights = WeightSources.ShuffledSigns, From = new StepCount(0, 0), Recipe = recipe, Level = 2 },
            (ticket, branch) =>
            {
                Assert.Equal(First.Initialise.Key, Assert.IsType<ShuffleSignsJob>(branch.Start).State.Key);
                return ticket with { Mask = First.ShuffledMask(10, 2), Start = branch.Start, From = 0, Recipe = recipe };
            });
    }

    [Theory, MemberData(nameof(Impossible))]
    public void What_cannot_be_is_refused_with_a_sentence(Branch branch, string part) =>
        Assert.Contains(part, Assert.Throws<SettingException>(() => branch.Conditions(Context)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_ticket_is_the_one_that_studies_share()
    {
        var jobs = new Branch { Weights = WeightSources.ShuffledSigns }.Study.Design(Context).Jobs.Select(job => job.Key).ToHashSet();
        foreach (var replicate in Context.Replicates)
        {
            Job[] shared = [replicate.Copy(Ticket, 0), replicate.Copy(Ticket, 1), replicate.Path(Ticket, new Pair(0, 1)), replicate.Compare(Ticket, new Pair(0, 1)), replicate.Copy(Condition.Dense(10), 0)];
            Assert.All(shared, job => Assert.Contains(job.Key, jobs));
        }
    }

    [Fact]
    public void A_branch_runs_from_nothing_to_a_report()
    {
        var store = new Store(_folder.FullPath);
        var branch = new Branch { Masks = MaskSources.OneShot, Density = 0.1, From = new StepCount(0, 20) };
        var result = StudyRunner.Run(branch.Study, Request, new LocalExecutor(store, Workshop.Data, 2), null, CancellationToken.None);
        Assert.Equal([(0, "imp", 10), (2, "imp", 10), (2, "branch", 20)], result.Rows.Select(row => (row.Level, row.Kind.Name, row.StartStep)));

        // 15,880 prunable weights: a fifth less twice, and a tenth exactly.
        Assert.Equal([1, 10_163 / 15_880.0, 0.1], result.Rows.Select(row => row.Density));
        Assert.Equal([false, true, true], result.Rows.Select(row => row.Stable is not null && row.Matching is not null));
        var condition = branch.Conditions(Context).Branch;
        var distances = Context.Replicates.SelectMany(replicate => new[] { 0, 1 }.Select(copy => Distance(
            Workshop.StateOf(store, replicate.Copy(Ticket, copy)).Weights, Workshop.StateOf(store, replicate.Copy(condition, copy)).Weights))).ToArray();
        Assert.Equal(distances.Average(), result.Rows[2][Measures.TicketL2].Mean, 9);
        Assert.Null(result.Rows[1].Find(Measures.TicketL2));
        Assert.StartsWith("Retrained with ", result.Verdict, StringComparison.Ordinal);
        var page = File.ReadAllText(result.Report);
        Assert.Contains("Noise of the branch", page, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(result.Report)!, "paths.csv")), string.Join(' ', Directory.GetFiles(Path.GetDirectoryName(result.Report)!)));
    }

    /// <summary>Checks that every copy of a branch is the ticket's copy of the same number, but for what a function changes.</summary>
    private static void AssertDiffers(Branch branch, Func<TrainJob, TrainJob, TrainJob> change)
    {
        var (ticket, condition) = branch.Conditions(Context);
        Assert.Equal(Ticket, ticket);
        for (var copy = 0; copy < 2; copy++)
        {
            var (own, other) = (First.Copy(ticket, copy), First.Copy(condition, copy));
            Assert.Equal(change(own, other).Key, other.Key);
            Assert.NotEqual(own.Key, other.Key);
        }
    }

    /// <summary>Over prunable weights.</summary>
    private static double Distance(float[] first, float[] second) =>
        Math.Sqrt(Toy.Space.Prunable.SelectMany(parameter => Enumerable.Range(parameter.Offset, parameter.Count)).Sum(i => ((double)first[i] - second[i]) * ((double)first[i] - second[i])));
}
