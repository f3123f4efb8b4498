using Tombola.Studies;
using Xunit;

namespace Tombola.Tests.Studies;

public sealed class StabilityOnsetTests
{
    /// <summary>Steps by replicate, -1 for none, and what they come to.</summary>
    [Theory]
    [InlineData(new long[] { 500 }, 500.0, "500")]
    [InlineData(new long[] { -1 }, null, "none")]
    [InlineData(new long[] { 500, 0, 250 }, 250.0, "250 (0 to 500)")]
    [InlineData(new long[] { 250, 250, 250 }, 250.0, "250")]
    [InlineData(new long[] { 250, 500 }, 375.0, "375 (250 to 500)")]
    [InlineData(new long[] { 10, 25 }, 17.5, "17.5 (10 to 25)")]
    [InlineData(new long[] { 100, 100, 500, 2000 }, 300.0, "300 (100 to 2000)")]
    [InlineData(new long[] { -1, 500, 250 }, 500.0, "500 (250 to 500, 2 of 3)")]
    [InlineData(new long[] { -1, 500, -1 }, null, "none (1 of 3)")]
    [InlineData(new long[] { -1, 500 }, 500.0, "500 (1 of 2)")]
    [InlineData(new long[] { -1, 500, 250, -1 }, 500.0, "500 (250 to 500, 2 of 4)")]
    [InlineData(new long[] { -1, 500, -1, -1 }, null, "none (1 of 4)")]
    public void No_step_comes_after_every_step_and_more_than_half_without_one_have_none(long[] replicates, double? median, string text)
    {
        var first = StabilityOnset.Of([.. replicates.Select(step => step < 0 ? (long?)null : step)]);
        long[] found = [.. replicates.Where(step => step >= 0)];
        Assert.Equal((median, found.Length, replicates.Length), (first.Median, first.Found, first.Replicates));
        Assert.Equal(found.Length == 0 ? ((long?)null, null) : (found.Min(), found.Max()), (first.Low, first.High));
        Assert.Equal(text, first.ToString());
        Assert.Equal(median ?? double.NaN, first.Point(0.5).Y);
    }

    [Theory]
    [InlineData("yyyy", 0L)]
    [InlineData("nyyy", 10L)]
    [InlineData("ynyy", 25L)]
    [InlineData("yyny", 50L)]
    [InlineData("yyyn", null)]
    [InlineData("nnnn", null)]
    public void An_onset_is_the_first_step_after_the_last_that_fails(string holds, long? expected) => Assert.Equal(expected, StabilityOnset.Step([0, 10, 25, 50], i => holds[i] == 'y'));

    [Theory]
    [InlineData(1, 4, new[] { 1 })]
    [InlineData(4, 4, new[] { 1, 2, 3, 4 })]
    [InlineData(5, 4, new[] { 1, 2, 4, 5 })]
    [InlineData(8, 4, new[] { 1, 3, 6, 8 })]
    [InlineData(21, 6, new[] { 1, 5, 9, 13, 17, 21 })]
    public void A_few_of_many_have_the_first_and_the_last_and_lie_evenly_between(int count, int most, int[] expected) =>
        Assert.Equal(expected, EvenlySpaced.Of([.. Enumerable.Range(1, count)], most));
}
