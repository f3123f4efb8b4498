using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies;

public sealed class ForecasterTests : IDisposable
{
    private static readonly StudyRequest Request = new()
    {
        Preset = ReplicateTests.Mini with { Levels = 1, StudiedLevel = 1, Recipe = ReplicateTests.Mini.Recipe with { Steps = "20it" } },
        Scale = "tiny",
        Replicates = 1,
        Steps = [new StepCount(0, 0), new StepCount(0, 8)],
    };

    private static readonly Study Figure2 = StudyCatalogue.Find("lmc/fig2"), Figure6 = StudyCatalogue.Find("lmc/fig6");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_the_store_has_is_counted_and_takes_no_time()
    {
        // Initialise, two copies, their distance, and the path between them on the test set and on the training set.
        var before = Forecaster().Of(Figure2, Request);
        Assert.Equal([new JobCount("compare", 1, 0), new JobCount("initialise", 1, 0), new JobCount("path", 2, 0), new JobCount("train", 2, 0)], before.Jobs.OrderBy(kind => kind.Kind, StringComparer.Ordinal));
        Assert.Equal((6, 0, null), (before.Total, before.Stored, before.NeedsData));
        Assert.True(before.Seconds > 0);
        Assert.Equal(before.Seconds, before.SecondsLeft);
        StudyRunner.Run(Figure2, Request, new LocalExecutor(Store, Workshop.Data, 2), null, CancellationToken.None);
        var after = Forecaster().Of(Figure2, Request);
        Assert.Equal((6, 6, 0), (after.Total, after.Stored, after.SecondsLeft!.Value));

        var other = Forecaster().Of(Figure6, Request);
        Assert.InRange(other.Stored, 1, other.Total - 1);
        Assert.InRange(other.SecondsLeft!.Value, double.Epsilon, other.Seconds!.Value);
    }

    [Fact]
    public void The_whole_counts_a_job_once_and_is_the_sum_of_what_is_distinct()
    {
        var forecaster = Forecaster();
        var (first, second) = (forecaster.Of(Figure2, Request), forecaster.Of(Figure6, Request));
        var whole = forecaster.Of("both", [(Figure2, Request), (Figure6, Request)]);
        var common = Keys(Figure2, Request).Intersect(Keys(Figure6, Request)).Count();
        Assert.Equal(first.Total + second.Total - common, whole.Total);
        Assert.InRange(whole.Seconds!.Value, second.Seconds!.Value, first.Seconds!.Value + second.Seconds.Value);

        // Studies of other seeds have no job in common: then the whole is the sum.
        var apart = Request with { Seed = 2 };
        var sum = forecaster.Of("both", [(Figure2, Request), (Figure6, apart)]);
        Assert.Equal(first.Total + second.Total, sum.Total);
        Assert.Equal(first.Seconds.Value + second.Seconds.Value, sum.Seconds!.Value, 1e-9 * sum.Seconds.Value);
    }

    [Fact]
    public void Without_its_data_or_with_a_need_a_study_has_a_sentence_instead_of_numbers()
    {
        var missing = Forecaster().Of(Figure2, Request with { Preset = KnownPresets.Find("lenet-mnist") });
        Assert.Equal((0, null, null), (missing.Total, missing.Seconds, missing.SecondsLeft));
        Assert.Contains("mnist", missing.NeedsData, StringComparison.Ordinal);
        var needy = Figure2 with { Name = "lmc/nowhere", Needs = "It needs a thing.", Design = _ => throw new InvalidOperationException("Designed all the same.") };
        Assert.Equal("It needs a thing.", Forecaster().Of(needy, Request).NeedsData);
        Assert.Equal(6, Forecaster().Of("both", [(needy, Request), (Figure2, Request)]).Total);
    }

    [Fact]
    public void Data_whose_content_is_known_need_not_be_there()
    {
        var mnist = KnownPresets.Find("lenet-mnist");
        var forecast = Forecaster().Of(Figure2, Request with { Preset = mnist with { Data = mnist.Data with { Fingerprint = "0123456789abcdef" } } });
        Assert.Equal((6, null), (forecast.Total, forecast.NeedsData));
    }

    [Fact]
    public void What_a_study_cannot_do_is_refused() =>
        Assert.Throws<SettingException>(() => Forecaster().Of(Figure6, Request with { Steps = [new StepCount(0, 20)] }));

    [Fact]
    public void The_jobs_of_a_replicate_are_made_once()
    {
        var replicate = new StudyContext(Request, Workshop.Data).Replicates[0];
        foreach (var kind in NetworkKinds.All)
        {
            var condition = new Condition(kind, 8, 1);
            Assert.Same(replicate.Copy(condition, 1), replicate.Copy(condition with { }, 1));
            Assert.Same(replicate.Mask(condition), replicate.Copy(condition, 0).Mask);
            Assert.Same(replicate.Path(condition, new Pair(0, 1)), replicate.Path(condition with { }, new Pair(0, 1)));
            Assert.Same(replicate.Compare(condition, new Pair(0, 1)), replicate.Compare(condition with { }, new Pair(0, 1)));
            Assert.NotSame(replicate.Path(condition, new Pair(0, 1)), replicate.Path(condition, new Pair(0, 1), onTrainingSet: true));
            Assert.NotSame(replicate.Copy(condition, 0), replicate.Copy(condition, 1));
        }
    }

    private Store Store => new(_folder.FullPath);

    private Forecaster Forecaster() => new(Store, Workshop.Data, 2);

    private static IEnumerable<string> Keys(Study study, StudyRequest request) => Job.WithInputs(study.Design(new StudyContext(request, Workshop.Data)).Jobs).Select(job => job.Key);
}
