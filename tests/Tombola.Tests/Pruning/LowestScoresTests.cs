using FsCheck;
using FsCheck.Fluent;
using Tombola.Pruning;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Pruning;

public sealed class LowestScoresTests
{
    // Few values, so that many tie; some of both signs, some far apart.
    private static readonly double[] Values = [-1e300, -2.5, -1e-310, -0.0, 0.0, 1e-310, 2.5, 2.5000000000000004, 1e300];

    // Or neighbours, near and far, which share their first digits.
    private static readonly Gen<double> Scores = Gen.OneOf(
        Gen.Elements(Values), from value in Gen.Elements(-2.5, 2.5) from steps in Gen.Choose(-70_000, 70_000) select BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value) + steps));

    [Fact]
    public void They_are_the_first_of_a_stable_sort()
    {
        var cases =
            from scores in Scores.ArrayOf()
            from chosen in Gen.Elements(true, true, false).ArrayOf(scores.Length)
            let candidates = Enumerable.Range(0, scores.Length).Where(i => chosen[i]).ToArray()
            from count in Gen.Choose(0, candidates.Length)
            select (scores, candidates, count);
        Prop.ForAll(cases.ToArbitrary(), test =>
            LowestScores.Of(test.scores, test.candidates, test.count)
                .SequenceEqual(test.candidates.OrderBy(i => test.scores[i]).ThenBy(i => i).Take(test.count).Order())).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_score_that_is_not_finite_is_refused_where_it_counts(double score)
    {
        Assert.Equal([2], LowestScores.Of([1, score, 0], [0, 2], 1));
        var refused = Assert.Throws<ArithmeticException>(() => LowestScores.Of([1, score, 0], [0, 1, 2], 1));
        Assert.Contains("weight 1 is not finite", refused.Message, StringComparison.Ordinal);
    }
}
