using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Papers.Lmc;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Xunit;

namespace Tombola.Tests.Studies.Lmc;

public sealed class StateAtStepStudyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Dense_rows_say_what_the_network_is_at_step_k()
    {
        var store = new Store(_folder.FullPath);
        var result = Small.Run("lmc/appendix-b", Small.Request with { Replicates = 2 }, store);
        Assert.Equal([(0, 0), (0, 10), (1, 0), (1, 10)], result.Rows.Select(row => (row.Level, row.StartStep)));
        var replicates = new StudyContext(Small.Request with { Replicates = 2 }, Workshop.Data).Replicates;
        foreach (var row in result.Rows.Take(2))
        {
            Assert.Equal(replicates.Average(replicate => Distance(replicate.At(0), replicate.At(row.StartStep))), row[Measures.StartL2].Mean, 12);
            Assert.Equal(replicates.Average(replicate => Distance(replicate.At(row.StartStep), replicate.Copy(Condition.Dense(row.StartStep), 0))), row[Measures.EndL2].Mean, 12);
            Assert.Equal(row[Measures.StartL2].Mean / (row[Measures.StartL2].Mean + row[Measures.EndL2].Mean), StateAtStepStudy.Moved(row), 12);
        }

        // The trunk measured its last step itself.
        Assert.Equal(replicates.Average(replicate => store.Result((TrainJob)replicate.At(10)).Last.TestError), result.Rows[1][Measures.StartError].Mean, 12);
        Assert.Equal(0, StateAtStepStudy.Moved(result.Rows[0]));
        Assert.InRange(result.Rows[0][Measures.StartError].Mean, result.Rows[1][Measures.StartError].Mean + 0.05, 1);
        Assert.All(result.Rows.Skip(2), row => Assert.Null(row.Find(Measures.StartError)));
        Assert.Contains(" of the way", result.Verdict, StringComparison.Ordinal);

        double Distance(Job first, Job second) => WeightDistance.Between(Workshop.StateOf(store, first), Workshop.StateOf(store, second)).L2;
    }

    [Fact]
    public void The_barriers_are_those_of_figures_3_and_6()
    {
        var own = Small.Keys<PathJob>("lmc/appendix-b");
        Assert.Equal(4, own.Count);
        Assert.Subset(own, Small.Keys<PathJob>("lmc/fig3", path => !path.OnTrainingSet));
        Assert.Equal(2, Small.Keys<PathJob>("lmc/fig6").Count(own.Contains));
    }

    [Fact]
    public void Without_pruning_there_is_no_ticket_to_stand_beside()
    {
        var result = Small.Run("lmc/appendix-b", Small.Request with { Preset = Small.Request.Preset with { StudiedLevel = 0 } }, new Store(_folder.FullPath));
        Assert.Equal([(0, 0), (0, 10)], result.Rows.Select(row => (row.Level, row.StartStep)));
        Assert.DoesNotContain("ticket", result.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_states_are_at_no_distance_and_no_angle()
    {
        var store = new Store(_folder.FullPath);
        var same = new CompareJob { Model = Workshop.Model, First = Workshop.Initialise, Second = Workshop.Initialise, Data = Workshop.Glyphs };
        Workshop.Run(store, 1, same);
        Assert.Equal(new CompareResult(0, 0, 1, 0, 0), store.Result(same));
    }
}
