using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Presets;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Xunit;

namespace Tombola.Tests.Studies;

/// <summary>Every study at its own preset and scale tiny, with trainings of 15 steps or so: from nothing to its report. They share a store, as they do in one command.</summary>
public sealed class EveryStudyTests(EveryStudyTests.SharedStore shared) : IClassFixture<EveryStudyTests.SharedStore>
{
    /// <summary>A fortieth of the steps of scale tiny, less than half of its levels, and paths of three points.</summary>
    private static readonly Scale Shortest = Scale.Find("tiny") with { Levels = 0.1, ShrinkingOf = preset => preset.Tiny with { Steps = preset.Tiny.Steps / 40, Points = 3 } };

    public static TheoryData<string> Names => [.. StudyCatalogue.All.Where(study => study.Needs is null).Select(study => study.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_runs_to_its_report_and_leaves_all_its_jobs_in_the_store(string name)
    {
        var study = StudyCatalogue.Find(name);
        var preset = KnownPresets.Find(study.DefaultPreset);
        var request = new StudyRequest
        {
            Preset = Short(preset),
            Scale = Shortest.Name,
            Replicates = Shortest.ReplicatesOf(preset),
            Copies = Shortest.Copies,
            Variants = [.. KnownPresets.VariantsOf(preset.Name).Select(Short)],
        };
        var result = StudyRunner.Run(study, request, new LocalExecutor(shared.Store, Workshop.Data, 2), null, CancellationToken.None);
        Assert.Equal((name, preset.Name, "tiny"), (result.Study, result.Preset, result.Scale));
        Assert.NotEmpty(result.Verdict);
        Assert.Contains(result.Verdict[..20], File.ReadAllText(result.Report), StringComparison.Ordinal);
        var jobs = Job.WithInputs(study.Design(new StudyContext(request, Workshop.Data)).Jobs);
        Assert.NotEmpty(jobs);
        Assert.All(jobs, job => Assert.True(shared.Store.Contains(job), job.Title));
    }

    private static Preset Short(Preset preset)
    {
        var tiny = Shortest.Apply(preset);
        return tiny with { Data = tiny.Data with { Subsample = 300 } };
    }

    public sealed class SharedStore : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public SharedStore() => Store = new Store(_folder.FullPath);

        public Store Store { get; }

        public void Dispose() => _folder.Dispose();
    }
}
