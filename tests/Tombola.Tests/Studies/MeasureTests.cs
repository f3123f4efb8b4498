using System.Text.Json;
using Tombola.Jobs;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies;

/// <summary>Studies of one's own on measures, the program's and one's own.</summary>
public sealed class MeasureTests : IDisposable
{
    private static readonly StudyRequest Request = new()
    {
        Preset = ReplicateTests.Mini with { Levels = 1, StudiedLevel = 1, Recipe = ReplicateTests.Mini.Recipe with { Steps = "20it" } },
        Scale = "tiny",
        Replicates = 2,
        Copies = 3,
        Rewind = new StepCount(0, 10),
    };

    private static readonly StudyContext Context = new(Request, Workshop.Data);
    private static readonly Condition Dense = Condition.Dense(10), Ticket = new(NetworkKinds.Imp, 10, 1), Control = Ticket with { Kind = NetworkKinds.RandomPruning };

    private static readonly Measure<double> Loss = Measure.OfCopies("testLoss", (replicate, condition, copy) => replicate.Copy(condition, copy), result => result.Last.TestLoss);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The store gives out no result that the design did not name.</summary>
    [Fact]
    public void What_measures_read_is_what_they_ask_for()
    {
        Condition[] conditions = [Condition.Dense(), Dense, Ticket, Control, Ticket with { Restarted = true }];
        var rows = Run([.. conditions.Measured([.. Measures.Numbers.Except([Measures.TestAccuracy]), Measures.Path, Measures.TrainPath])], out var jobs);
        Assert.Equal(conditions, rows.Select(row => row.Condition));
        Assert.All(rows, row => Assert.Equal(Measures.Numbers.Select(measure => measure.Name), row.Statistics.Names));
        Assert.Equal(jobs.Select(job => job.Key).Distinct().Count(), jobs.Count);
        Assert.Equal(0, rows[Condition.Dense()][Measures.StartL2].Mean);
        Assert.Equal(0, rows[Ticket][Measures.TicketL2].Max);
    }

    [Fact]
    public void A_measure_of_ones_own_has_a_sample_for_each_copy_pair_or_replicate()
    {
        var pairs = Measure.OfPairs("pairLoss", (replicate, condition, pair) => replicate.Path(condition, pair), path => path.Points[0].Loss);
        var moved = Measure.OfReplicates("moved", (replicate, condition) => replicate.Compare(condition, replicate.At(0), replicate.At(condition.StartStep)), result => result.L2);
        var rows = Run([Ticket.Measured([Loss, pairs, moved]), Dense.Measured([Loss], copies: 1)], out var jobs);
        Assert.Equal(["testAccuracy", "testLoss", "pairLoss", "moved"], rows[0].Statistics.Names);
        Assert.Equal((3, 3, 1), (rows.Samples(rows[0], Loss)[1].Count, rows.Samples(rows[0], pairs)[1].Count, rows.Samples(rows[0], moved)[1].Count));

        // Two replicates: three copies and one, three paths, one comparison.
        Assert.Equal((8, 6, 2), (jobs.OfType<TrainJob>().Count(), jobs.OfType<PathJob>().Count(), jobs.OfType<CompareJob>().Count()));
        var store = new Store(_folder.FullPath);
        var losses = Context.Replicates.Select(replicate => Enumerable.Range(0, 3).Select(copy => store.Result(replicate.Copy(Ticket, copy)).Last.TestLoss).ToArray()).ToArray();
        Assert.Equal(SampleStatistic.Of(losses), rows[0][Loss]);
        Assert.Equal(losses, rows.Samples(rows[0], Loss));
        Assert.Equal((3, 1), (rows[0].Copies, rows[1].Copies));
    }

    [Fact]
    public void A_number_of_ones_own_stands_in_json_and_files_under_its_name()
    {
        var rows = Run([Dense.Measured([Loss], copies: 1)], out _);
        var json = JsonSerializer.SerializeToElement(rows[0], JsonSerializerOptions.Web);
        Assert.Equal(
            "preset level density kind startStep restarted at replicates copies testAccuracy trainError barrier chordBarrier trainBarrier trainChordBarrier l2 angle cosineDistance predictionDifference lossDistance "
            + "pruningL2 pruningAngle ticketL2 ticketAngle ticketPredictionDifference startError startL2 endL2 testLoss stable matching matchingWithinSd",
            string.Join(' ', json.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(("imp", 10, JsonValueKind.Null), (json.GetProperty("kind").GetString(), json.GetProperty("startStep").GetInt64(), json.GetProperty("barrier").ValueKind));
        Assert.Equal(rows[0][Loss].Mean, json.GetProperty("testLoss").GetProperty("mean").GetDouble());
        Assert.Contains("test_loss_sd", RowTable.All(rows, "mine").Columns.Select(column => column.Title));
    }

    [Fact]
    public void The_curve_of_a_row_is_the_mean_of_its_paths_with_a_band_of_one_deviation()
    {
        var rows = Run([Dense.Measured(Measures.Barriers)], out _);
        var curve = rows.Curve(rows.Dense, Measures.Path);
        Assert.Equal(Request.Preset.Points, curve.Count);
        var store = new Store(_folder.FullPath);
        var paths = Context.Replicates.SelectMany(replicate => Pair.Of(3).Select(pair => store.Result(replicate.Path(Dense, pair)).Points)).ToArray();
        for (var i = 0; i < curve.Count; i++)
        {
            var mean = paths.Average(path => path[i].Error);
            var deviation = Math.Sqrt(paths.Sum(path => (path[i].Error - mean) * (path[i].Error - mean)) / (paths.Length - 1));
            Assert.Equal((paths[0][i].Alpha, mean, mean - deviation), (curve[i].X, curve[i].Y, curve[i].Low!.Value), (one, other) => one.Item1 == other.Item1 && Math.Abs(one.Item2 - other.Item2) < 1e-12 && Math.Abs(one.Item3 - other.Item3) < 1e-12);
        }
    }

    [Fact]
    public void Rows_are_found_by_their_condition_and_the_fullest_of_several_is_taken()
    {
        var rows = Run([Dense.Measured(copies: 1), Ticket.Measured(copies: 1), Dense.Measured([Loss], copies: 1), Control.Measured(copies: 1)], out _);
        Assert.Equal([rows[1], rows[2]], rows.Of([Ticket, Dense]));
        Assert.Same(rows[0], rows.Dense);
        Assert.Equal([false, true, false, true], rows.Select(row => row.Matching is not null));
        Assert.Contains("no row of", Assert.Throws<ArgumentException>(() => rows[Condition.Dense(11)]).Message, StringComparison.Ordinal);
        Assert.Contains("did not measure testLoss of IMP ticket at level 1", Assert.Throws<ArgumentException>(() => rows[Ticket][Loss]).Message, StringComparison.Ordinal);
        Assert.Null(rows[Ticket].Find(Loss));
    }

    [Fact]
    public void Two_measures_of_one_name_are_a_fault() =>
        Assert.Throws<ArgumentException>(() => Run([Dense.Measured([Measures.TestAccuracy], copies: 1)], out _));

    private StudyRows Run(MeasuredCondition[] asked, out IReadOnlyList<Job> jobs)
    {
        StudyRows? found = null;
        var design = StudyDesign.Of(Context, asked, rows =>
        {
            found = rows;
            return new StudyOutcome("Measured.", rows, [], []);
        });
        var store = new Store(_folder.FullPath);
        Workshop.Run(store, 2, [.. design.Jobs]);
        design.Conclude(store.Only(design.Jobs));
        jobs = design.Jobs;
        return found!;
    }
}
