using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Papers.Lmc;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies.Lmc;

public sealed class LevelOnsetStudyTests : IDisposable
{
    private static readonly IEnumerable<Finding> Findings = LmcFindings.All.Where(finding => finding.Study == "lmc/fig9");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_one_replicate_the_table_says_what_the_rows_say()
    {
        var result = Small.Run("lmc/fig9", Small.Request, new Store(_folder.FullPath));

        // The dense network to match, and from every step: the dense network, and two kinds at two levels.
        Assert.Equal(1 + (2 * (1 + (2 * 2))), result.Rows.Count);
        var table = Small.TableOf(result, "first-steps");
        Assert.Equal(result.Table.Rows, table.Skip(1));
        Assert.Equal(["100.0", "80.0", "64.0"], table.Skip(1).Select(row => row[0]));
        foreach (var level in result.Rows.Where(row => row.Level > 0).GroupBy(row => row.Level))
        {
            var cells = level.GroupBy(row => row.Kind.Name).OrderBy(kind => kind.Key).SelectMany(kind => new[]
            {
                StabilityOnset.Step([.. kind]),
                kind.FirstOrDefault(row => row.Matching == Answer.Yes)?.StartStep,
            });
            Assert.Equal(cells.Select(step => step?.ToString() ?? "none"), table[1 + level.Key].Skip(1));
        }

        // The dense network stands in for both kinds.
        Assert.Equal(table[1][1..3], table[1][3..5]);
        Assert.StartsWith("IMP ticket: stable at ", result.Verdict, StringComparison.Ordinal);
        Assert.Empty(result.Claims);
    }

    [Fact]
    public void Networks_of_the_studied_level_are_those_of_figure_6_and_dense_ones_those_of_figure_3()
    {
        var own = Small.Keys<PathJob>("lmc/fig9");
        Assert.Equal(2 * 5, own.Count);
        Assert.Subset(own, Small.Keys<PathJob>("lmc/fig3", path => !path.OnTrainingSet));

        // Without the control that is drawn anew, four of six.
        Assert.Equal(4, Small.Keys<PathJob>("lmc/fig6").Count(own.Contains));
    }

    [Fact]
    public void Below_the_scale_of_the_paper_three_levels_and_three_steps_stand_for_all()
    {
        Assert.Equal([1, 4, 8], Few(8, 4));
        Assert.Equal([1, 4, 5], Few(5, 4));
        Assert.Equal([1, 5, 8], Few(8, 5));
        Assert.Equal([1, 5, 8], Few(8, 8));
        Assert.Equal([1, 2], Few(2, 9));
        Assert.Equal([0], Few(0, 0));
        Assert.Equal(Enumerable.Range(0, 21), LevelOnsetStudy.Levels(KnownPresets.Find("lenet-mnist")));

        var request = Small.Request with { Steps = null, Preset = Small.Request.Preset with { RewindFractions = [0, 0.1, 0.2, 0.3, 0.4, 0.5] } };
        Assert.Equal([0, 6, 15], StepsOf(request));
        Assert.Equal([0, 1, 2, 3, 4], StepsOf(request with { Steps = [.. Enumerable.Range(0, 5).Select(step => new StepCount(0, step))] }));

        static int[] Few(int levels, int studied) => LevelOnsetStudy.Levels(Small.Request.Preset with { Levels = levels, StudiedLevel = studied, RewindFractions = [0, 0.5] });

        static IEnumerable<long> StepsOf(StudyRequest request) =>
            LevelOnsetStudy.Study.Design(new StudyContext(request, Workshop.Data)).Jobs.OfType<PathJob>().Select(path => ((TrainJob)path.First).From).Distinct().Order();
    }

    /// <summary>First steps by level, sparser ones last, -1 for none: the ticket's stable and matching, and random pruning's.</summary>
    [Theory]
    [InlineData("500 500 1000 5000, 1000 1000 -1 -1", true, true, true, true)]
    [InlineData("500 250 1000 5000, 1000 1000 -1 -1", true, false, true, true)]
    [InlineData("-1 500 1000 5000, 1000 1000 -1 -1", false, false, false, true)]
    [InlineData("500 500 500 500, 1000 1000 2000 1000", true, true, true, false)]
    [InlineData("500 500 1000 250, 1000 -1 -1 -1", true, true, false, false)]
    [InlineData("500 -1 -1 -1, -1 -1 -1 -1", null, null, true, null)]
    public void Claims_are_about_medians(string levels, bool? whereStable, bool? whenStable, bool? notBefore, bool? later)
    {
        LevelOnsetStudy.KindAtLevel[] onsets =
        [
            .. levels.Split(", ").SelectMany((level, i) =>
            {
                var steps = level.Split(' ').Select(step => StabilityOnset.Of([step == "-1" ? null : long.Parse(step)])).ToArray();
                return new[]
                {
                    new LevelOnsetStudy.KindAtLevel(i + 3, 0.5 / (i + 1), NetworkKinds.Imp, steps[0], steps[1]),
                    new LevelOnsetStudy.KindAtLevel(i + 3, 0.5 / (i + 1), NetworkKinds.RandomPruning, steps[2], steps[3]),
                };
            }),
        ];
        Assert.Equal(new[] { whereStable, whenStable, notBefore, later }.Select(Answers.Of), LevelOnsetStudy.Claims(Findings, onsets).Select(claim => claim.Holds));
    }

    [Fact]
    public void Published_steps_stand_beside_ours_of_the_same_density_and_bear_the_claims_out()
    {
        var preset = Small.Request.Preset with { Published = new PublishedSetting("ResNet-20", 63_000) };
        var result = Small.Run("lmc/fig9", Small.Request with { Preset = preset }, new Store(_folder.FullPath));
        var table = Small.TableOf(result, "first-steps");
        Assert.Equal(["[2000]", "[0]", "[2000]", "[0]"], table[1].Skip(1).Select(Published));
        Assert.Equal(["[1000]", "[50]", "[2000]", "[50]"], table[2].Skip(1).Select(Published));
        Assert.Equal(["[1000]", "[250]", "[5000]", "[none]"], table[3].Skip(1).Select(Published));
        Assert.Equal(4, result.Claims.Count);

        LevelOnsetStudy.KindAtLevel[] paper =
        [
            .. LmcPoints.Figure9(preset.Published).SelectMany((level, i) => new[]
            {
                new LevelOnsetStudy.KindAtLevel(i, level.Density, NetworkKinds.Imp, Of(level.StableImp), Of(level.MatchingImp)),
                new LevelOnsetStudy.KindAtLevel(i, level.Density, NetworkKinds.RandomPruning, Of(level.StableRandom), Of(level.MatchingRandom)),
            }),
        ];
        Assert.All(LevelOnsetStudy.Claims(Findings, paper), claim => Assert.True(claim.Holds == Answer.Yes, claim.Sentence));

        static string Published(string cell) => cell[cell.IndexOf('[', StringComparison.Ordinal)..];

        static StabilityOnset Of(double? step) => StabilityOnset.Of([(long?)step]);
    }
}
