using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Studies.Lmc;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Jobs;

/// <summary>A training is a place on a trajectory: what is kept on the way changes neither its key nor its bytes, and a longer one goes on from a shorter one.</summary>
public sealed class TrajectoryTests : IDisposable
{
    private static readonly TrainJob End = Workshop.Dense;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Recipes => ["adam", "sgd", "rmsprop", "masked"];

    /// <summary>300 examples make ten steps an epoch, so 30 and 50 lie on lines of metrics and the others do not.</summary>
    [Theory]
    [MemberData(nameof(Recipes))]
    public void Going_on_from_any_place_gives_the_bytes_of_training_without_a_stop(string recipe)
    {
        var end = recipe switch
        {
            "masked" => Workshop.Ticket,
            "adam" => End,
            _ => End with { Recipe = End.Recipe with { Optimizer = recipe, Momentum = 0.9, WeightDecay = 1e-4 } },
        };
        var whole = Entry(Fresh("whole"), end);
        var stepwise = Fresh("stepwise");
        foreach (var step in new long[] { 13, 30, 37, 50, 99 })
        {
            var place = end with { To = step };
            Workshop.Run(stepwise, 1, place);
            Assert.Equal(end.Trajectory, place.Trajectory);
            Assert.Equal(Entry(Fresh($"alone {step}"), place), Contents(stepwise, place));
        }

        Workshop.Run(stepwise, 1, end);
        Assert.Equal(whole, Contents(stepwise, end));
        Assert.DoesNotContain(GoOnFile.FileName, whole.Keys);
    }

    [Fact]
    public void What_is_wanted_of_one_trajectory_is_trained_once()
    {
        var store = Fresh("store");
        Job[] wanted = [End, End with { To = 50 }, End with { To = 20 }];
        var graph = new JobGraph(store, wanted, CancellationToken.None);
        Assert.Equal(End.Cost + (2 * Measurement) + Workshop.Initialise.Cost, graph.Nodes.Sum(node => node.Cost), 1e-9 * End.Cost);
        Assert.Equal([0, 1, 2, 2], graph.Nodes.Select(node => node.Missing).Order());
        Workshop.Run(store, 2, wanted);

        // A place in between costs the way from the place before it.
        var between = new JobGraph(store, [.. wanted, End with { To = 30 }], CancellationToken.None);
        Assert.Equal((0.1 * (End.Cost - Measurement)) + Measurement, Assert.Single(between.Nodes).Cost, 1e-9 * End.Cost);
    }

    [Theory]
    [InlineData("damaged", "does not go on from step 40")]
    [InlineData("without the optimiser", "does not go on from step 40")]
    [InlineData("gone", null)]
    public void A_place_that_is_not_sound_is_passed_over(string fault, string? sentence)
    {
        var store = Fresh("store");
        var place = End with { To = 40 };
        Workshop.Run(store, 1, place with { To = 20 }, place);
        var file = Path.Combine(store.EntryOf(place.Key), GoOnFile.FileName);
        switch (fault)
        {
            case "damaged":
                var bytes = File.ReadAllBytes(file);
                bytes[^1] ^= 1;
                File.WriteAllBytes(file, bytes);
                break;
            case "gone":
                Directory.Delete(store.EntryOf(place.Key), recursive: true);
                break;
            default:
                File.Delete(file);
                break;
        }

        var progress = new Told();
        new LocalExecutor(Fresh("store"), Workshop.Data, 1).Run([End], progress, CancellationToken.None);
        Assert.Equal(Entry(Fresh("whole"), End), Contents(store, End));
        Assert.Equal(sentence is not null, progress.Sentences.Any(said => said.Contains(sentence ?? "does not go on", StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_that_are_no_steps_are_passed_over()
    {
        var store = Fresh("store");
        Workshop.Run(store, 1, End with { To = 40 });
        var folder = Path.Combine(store.Path, TrajectoryIndex.Folder, End.Trajectory[..2], End.Trajectory);
        foreach (var name in new[] { "60", "x", "-3", "99999999999999999999", "100", "07" }) File.WriteAllText(Path.Combine(folder, name), "");
        Assert.Equal([60, 40, 7], store.Trajectories.StepsBefore(End));
        Workshop.Run(store, 1, End);
        Assert.Equal(Entry(Fresh("whole"), End), Contents(store, End));
    }

    [Fact]
    public void Noise_mask_recipe_and_start_are_of_the_trajectory_and_its_end_is_not()
    {
        TrainJob[] others =
        [
            End with { Noise = new SgdNoise(1, 2) }, End with { Mask = Workshop.Prune }, End with { Recipe = End.Recipe with { Steps = "101it" } },
            End with { Start = Workshop.Initialise with { Seed = 2 } }, End with { From = 1 }, End with { Data = End.Data with { Subsample = 301 } },
        ];
        Assert.Equal(others.Length + 1, others.Append(End).Select(job => job.Trajectory).Distinct().Count());
        Assert.Equal(End.Trajectory, (End with { To = 3 }).Trajectory);
    }

    /// <summary>Appendix C looks into the copies of other studies all along their training.</summary>
    [Fact]
    public void Looking_into_the_copies_of_other_studies_trains_nothing_more()
    {
        var request = Small.Request with { Steps = [new StepCount(0, 0), new StepCount(0, 13)] };
        var store = Fresh("store");
        Job[] others = [.. Jobs("lmc/fig3"), .. Jobs("lmc/fig6")];
        Job[] all = [.. others, .. Jobs("lmc/appendix-c")];
        Assert.Equal(Steps(others), Steps(all));
        Assert.True(all.OfType<PathJob>().Count() > others.OfType<PathJob>().Count());

        IEnumerable<Job> Jobs(string study) => Tombola.Papers.StudyCatalogue.Find(study).Design(new StudyContext(request, Workshop.Data)).Jobs;

        // What there is to train of each trajectory, from its start to its last place.
        long Steps(Job[] jobs) => new JobGraph(store, jobs, CancellationToken.None).Nodes.Select(node => node.Job).OfType<TrainJob>().GroupBy(job => job.Trajectory).Sum(places => places.Max(place => place.To - place.From));
    }

    [Fact]
    public void A_store_of_older_keys_is_refused_with_a_sentence()
    {
        var job = """{"kind":"initialise","model":"mnist_lenet_20"}"""u8.ToArray();
        var key = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(job));
        var entry = Directory.CreateDirectory(_folder.At("old", key[..2], key)).FullName;
        File.WriteAllBytes(Path.Combine(entry, "job.json"), job);
        var refused = Assert.Throws<InvalidDataException>(() => Fresh("old"));
        Assert.Contains("written by Tombola 0.2 or older", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--store DIR", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>As many places as a person can ask for, one after the other.</summary>
    [Fact]
    public void A_trajectory_of_many_places_takes_no_deep_stack()
    {
        var graph = new JobGraph(Fresh("store"), Enumerable.Range(1, 30_000).Select(step => End with { To = step }), CancellationToken.None);
        Assert.Equal(30_001, graph.Nodes.Count);
        Assert.Equal(graph.Nodes.Sum(node => node.Cost), graph.Nodes.Max(node => node.PathCost), 1e-6 * graph.Nodes.Sum(node => node.Cost));
        Assert.Equal(30_000, graph.Nodes.Single(node => node.Job is InitialiseJob).Dependents().Count);
    }

    [Fact]
    public void A_place_that_fails_takes_none_along_that_can_do_without()
    {
        var store = Fresh("store");
        Workshop.Run(store, 1, Workshop.Initialise);
        var schedule = new JobSchedule(new JobGraph(store, [End, End with { To = 40 }], CancellationToken.None));
        Assert.True(schedule.TryTake(out var first));
        Assert.Equal(40, first!.Job.Reaches);
        Assert.True(schedule.TryTake(out var none));
        Assert.Null(none);
        schedule.Fail(first, new IOException("No."));
        Assert.True(schedule.TryTake(out var second));
        Assert.Equal(100, second!.Job.Reaches);
        schedule.Finish(second);
        Assert.False(schedule.TryTake(out _));
        Assert.Equal(0, Assert.Single(schedule.Outcome().Failures).Dependents);
    }

    [Fact]
    public void Progress_counts_from_where_a_place_goes_on()
    {
        var store = Fresh("store");
        Workshop.Run(store, 1, End with { To = 50 });
        List<double> told = [];
        using var team = new Tombola.Engine.Memory.ThreadTeam(1);
        using var claim = store.Claim(End).Claim!;
        End.Run(new JobContext { Store = store, Data = Workshop.Data, Folder = claim.Folder, Team = team, Cancellation = CancellationToken.None, Advance = told.Add });
        Assert.InRange(told[0], 0, 0.4);
        Assert.Equal(1, told[^1]);
    }

    [Fact]
    public void What_makes_no_state_cannot_be_asked_for_one()
    {
        var store = Fresh("store");
        Workshop.Run(store, 1, Workshop.Prune);
        var refused = Assert.Throws<SettingException>(() => store.State(Workshop.Prune));
        Assert.Contains("makes no state", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_proves_nothing_does_not_make_a_store_an_old_one()
    {
        var store = Fresh("store");
        Workshop.Run(store, 1, Workshop.Initialise);
        File.WriteAllText(Path.Combine(store.EntryOf(Workshop.Initialise.Key), "job.json"), "{}");
        Assert.Throws<InvalidDataException>(() => Fresh("store").Contains(Workshop.Initialise));
    }

    private static double Measurement => Tombola.Data.Datasets.ExpectedSize(Workshop.Glyphs).Test * Arithmetic.Forward(Workshop.Model);

    private Store Fresh(string name) => new(_folder.At(name));

    private static SortedDictionary<string, string> Entry(Store store, Job job)
    {
        Workshop.Run(store, 1, job);
        return Contents(store, job);
    }

    private static SortedDictionary<string, string> Contents(Store store, Job job) => new(
        Directory.GetFiles(store.EntryOf(job.Key)).ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(File.ReadAllBytes(file))), StringComparer.Ordinal);

    private sealed class Told : IProgress<JobProgress>
    {
        public List<string> Sentences { get; } = [];

        public void Report(JobProgress value) => Sentences.AddRange(value.News);
    }
}
