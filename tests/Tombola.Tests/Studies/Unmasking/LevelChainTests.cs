using Tombola.Papers.Unmasking;
using Tombola.Studies;
using Xunit;

namespace Tombola.Tests.Studies.Unmasking;

public sealed class LevelChainTests
{
    [Fact]
    public void Barrier_and_loss_of_matching_are_looked_for_in_sparse_levels()
    {
        // Levels 1 to 3 have half of the weights or more, and do not count.
        var chain = Of((0.2, 0.5), (0.2, 0.5), (0.2, 0.5), (0.08, 0), (0.08, 0.019), (0.0849, 0.021), (0.086, 0.3));
        Assert.Equal(["k = 500, level 4", "k = 500, level 5", "k = 500, level 6", "k = 500, level 7"], chain.Pairs.Select(pair => pair.Name));
        Assert.Equal([(true, true), (true, true), (false, true), (false, false)], chain.Pairs.Select(pair => (pair.Connected, pair.Other)));
        Assert.Equal((6, 7, true), (chain.FirstApart, chain.FirstWorse, chain.OnsetsMeet));
    }

    [Fact]
    public void What_never_comes_is_after_the_last_level()
    {
        Assert.True(Of((0.08, 0), (0.08, 0), (0.08, 0), (0.08, 0), (0.08, 0)).OnsetsMeet);
        Assert.True(Of((0.08, 0), (0.08, 0), (0.08, 0), (0.08, 0), (0.08, 0.1)).OnsetsMeet);
        Assert.False(Of((0.08, 0), (0.08, 0), (0.08, 0), (0.08, 0.1), (0.08, 0.1)).OnsetsMeet);
    }

    /// <summary>Levels 1 and up of 20 %, each with its error and how far the midpoint is above its ends; a dense network at 8 %.</summary>
    private static LevelChain Of(params (double Error, double OverEnds)[] levels) => new(
        500,
        [Row(0, 0.08, null), .. levels.Select((level, i) => Row(i + 1, level.Error, level.OverEnds))],
        Line: 0.085);

    private static StudyRow Row(int level, double error, double? overEnds) => new(
        new Condition(NetworkKinds.Imp, 500, level), Math.Pow(0.8, level), 1, 1,
        Statistics.Of([(Measures.TestAccuracy, Known(1 - error)), .. overEnds is { } value ? [(SuccessiveLevels.MidpointBarrier, Known(value))] : Array.Empty<(Measure<double>, SampleStatistic)>()]));

    private static SampleStatistic Known(double value) => SampleStatistic.Of([[value]]);
}
