using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Presets;
using Tombola.Reporting;
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
        TicketsAreWhereTheySay(result);
        MeansAreThoseOfTheSamples(result);
    }

    private void TicketsAreWhereTheySay(StudyResult result)
    {
        Assert.NotEmpty(result.Tickets);
        foreach (var ticket in result.Tickets)
        {
            Assert.Equal(ticket.Level == 0, ticket.MaskKey is null);
            foreach (var (key, file) in new[] { (ticket.MaskKey, ticket.MaskFile), (ticket.RewoundKey, ticket.RewoundFile), (ticket.TrainedKey, ticket.TrainedFile) })
            {
                Assert.Equal(key, file?.Split('/')[1]);
                Assert.True(file is null || File.Exists(Path.Combine(shared.Store.Path, file)), file);
            }
        }

        Assert.All(result.Rows, row => Assert.Contains(result.Tickets, ticket => (ticket.Level, ticket.StartStep, ticket.Density) == (row.Level, row.StartStep, row.Density)));
    }

    /// <summary>By row, so that a sample too many or too few, or one of another row, shows.</summary>
    private static void MeansAreThoseOfTheSamples(StudyResult result)
    {
        var folder = Path.GetDirectoryName(result.Report)!;
        var raw = CsvRows(Path.Combine(folder, "raw.csv"));
        var byEpoch = result.Rows.Any(row => row.At is not null && raw.Any(sample => sample["measure"] == "barrier" && sample["x"].Length > 0));
        foreach (var row in result.Rows)
        {
            foreach (var name in row.Statistics.Names)
            {
                double[] samples =
                [
                    .. from sample in raw
                       where sample["measure"] == RecordTable.NameOf(name) && (sample["level"], sample["start_step"]) == ($"{row.Level}", $"{row.StartStep}") && sample["kind"] == row.Condition.NameOfKind
                       where sample["restarted"] == (row.Condition.Restarted ? "true" : "false") && (row.Preset ?? result.Preset) == sample["preset"]
                       where !byEpoch || sample["x"] == $"{row.At}"
                       select double.Parse(sample["y"], System.Globalization.CultureInfo.InvariantCulture),
                ];
                Assert.True(samples.Length > 0, $"{name} of {row.Title} at level {row.Level} has no samples");
                Assert.Equal(row.Statistics.Find(name)!.Mean, samples.Average(), 12);
            }
        }
    }

    private static Dictionary<string, string>[] CsvRows(string path)
    {
        using var reader = new StreamReader(path);
        var rows = Csv.Read(reader);
        return [.. rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary())];
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
