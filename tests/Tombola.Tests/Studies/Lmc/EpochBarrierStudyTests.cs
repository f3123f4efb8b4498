using Tombola.Jobs;
using Tombola.Papers.Lmc;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies.Lmc;

public sealed class EpochBarrierStudyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Copies_are_compared_at_the_ends_of_their_epochs_and_end_as_other_studies_copies_do()
    {
        var store = new Store(_folder.FullPath);
        var request = Small.Request with { Steps = [new StepCount(0, 0), new StepCount(0, 13)] };
        var result = Small.Run("lmc/appendix-c", request, store);
        Assert.Equal(
            [(0, 0, 10), (0, 0, 20), (0, 0, 30), (0, 13, 20), (0, 13, 30), (1, 0, 10), (1, 0, 20), (1, 0, 30), (1, 13, 20), (1, 13, 30)],
            result.Rows.Select(row => (row.Level, row.StartStep, row.At!.Value)));
        var others = Small.Run("lmc/fig3", request, store).Rows.Concat(Small.Run("lmc/fig6", request, store).Rows.Where(row => row is { Level: 1, Kind.Name: "imp" })).ToArray();
        Assert.Equal(
            others.Select(row => (row.Level, row.StartStep, row.Density, row.Find(Measures.Barrier), row.Find(Measures.ChordBarrier), row.TestAccuracy, row.Stable)),
            result.Rows.Where(row => row.At == 30).Select(row => (row.Level, row.StartStep, row.Density, row.Find(Measures.Barrier), row.Find(Measures.ChordBarrier), row.TestAccuracy, row.Stable)));

        // Copies that stop there are at the same place.
        var replicate = new StudyContext(request, Workshop.Data).Replicates[0];
        var path = replicate.Path(Condition.Dense(13), Stopped(0), Stopped(1));
        Workshop.Run(store, 2, path);
        Assert.Equal(store.Result(path).Barrier.Height, result.Rows[3][Measures.Barrier].Mean);
        Assert.Equal(1 - ((store.Result(path).Points[0].Error + store.Result(path).Points[^1].Error) / 2), result.Rows[3].TestAccuracy.Mean, 12);

        Job Stopped(int copy) => replicate.Copy(Condition.Dense(13), copy) with { To = 20 };
    }

    [Theory]
    [InlineData("30it", 0, new long[] { 10, 20, 30 })]
    [InlineData("30it", 9, new long[] { 10, 20, 30 })]
    [InlineData("30it", 10, new long[] { 20, 30 })]
    [InlineData("30it", 25, new long[] { 30 })]
    [InlineData("35it", 0, new long[] { 10, 20, 30, 35 })]
    [InlineData("35it", 31, new long[] { 35 })]
    public void Compared_steps_are_multiples_of_an_epoch_after_k_and_the_end(string length, long rewind, long[] expected) => Assert.Equal(expected, EpochBarrierStudy.ComparedSteps(Context(length, null), rewind));

    [Fact]
    public void Below_the_scale_of_the_paper_there_are_twelve_compared_steps_and_three_steps()
    {
        Assert.Equal(30, EpochBarrierStudy.ComparedSteps(Context("300it", null), 0).Length);
        var few = EpochBarrierStudy.ComparedSteps(Context("300it", [0, 0.5]), 0);
        Assert.Equal((12, 10, 300), (few.Length, few[0], few[^1]));
        Assert.All(few, step => Assert.Equal(0, step % 10));
        var jobs = EpochBarrierStudy.Study.Design(Context("30it", [0, 0.1, 0.2, 0.3, 0.4, 0.5])).Jobs.OfType<PathJob>().ToArray();
        Assert.Equal([0, 6, 15], jobs.Select(path => ((TrainJob)path.First).From).Distinct());
    }

    /// <summary>Of each k, a letter for each of steps 10, 20, 30, 40: y stable, n not, u undecided.</summary>
    [Theory]
    [InlineData("nnnn yyyy", true, true)]
    [InlineData("ynnn yyyy", true, true)]
    [InlineData("yynn yyyy", false, true)]
    [InlineData("uunn yyyy", false, true)]
    [InlineData("nnnn ynyy", true, false)]
    [InlineData("nnnn yuyy", true, null)]
    [InlineData("yyyy yyyy", null, true)]
    [InlineData("nnnu yyyn", false, null)]
    public void Copies_are_judged_by_whether_they_are_apart_at_the_end(string answersByStep, bool? early, bool? throughout)
    {
        StudyRow[] rows =
        [
            .. answersByStep.Split(' ').SelectMany((answers, k) => answers.Select((answer, i) => new StudyRow(Condition.Dense(k), 1, 1, 2, Statistics.Of())
            {
                At = (i + 1) * 10,
                Stable = answer switch { 'y' => Answer.Yes, 'n' => Answer.No, _ => Answer.Undecided },
            })),
        ];
        Assert.Equal([Answers.Of(early), Answers.Of(throughout)], EpochBarrierStudy.Claims(LmcFindings.All.Where(finding => finding.Study == "lmc/appendix-c"), rows).Select(claim => claim.Holds));
    }

    private static StudyContext Context(string length, double[]? instants)
    {
        var preset = Small.Request.Preset;
        return new StudyContext(Small.Request with { Steps = null, Preset = preset with { RewindFractions = instants, Recipe = preset.Recipe with { Steps = length } } }, Workshop.Data);
    }
}
