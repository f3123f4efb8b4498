using FsCheck;
using FsCheck.Fluent;
using Tombola.Reporting;
using Tombola.Studies;
using Xunit;

namespace Tombola.Tests.Studies;

public sealed class SampleStatisticTests
{
    [Fact]
    public void Mean_deviation_and_range_are_over_all_samples()
    {
        var value = SampleStatistic.Of([[1, 2], [4, 5]]);
        Assert.Equal((3, 1, 5), (value.Mean, value.Min, value.Max));
        Assert.Equal(Math.Sqrt(10 / 3.0), value.Sd!.Value, 12);
    }

    [Fact]
    public void A_single_replicate_has_no_interval_and_its_mean_decides()
    {
        var value = SampleStatistic.Of([[0.01, 0.03]]);
        Assert.Equal((null, null), (value.Low, value.High));
        Assert.Equal((Answer.Yes, Answer.No), (value.Below(0.0201), value.Below(0.02)));
        Assert.Null(SampleStatistic.Of([[0.01]]).Sd);
    }

    /// <summary>With two replicates of one sample each, a resample has the mean of one, of the other, or of both: a quarter, a quarter, a half.</summary>
    [Fact]
    public void The_interval_of_two_replicates_spans_them()
    {
        var value = SampleStatistic.Of([[0.01], [0.03]]);
        Assert.Equal((0.01, 0.03), (value.Low, value.High));
        Assert.Equal((Answer.Undecided, Answer.Undecided), (value.Below(0.02), value.AtLeast(0.02)));
        Assert.Equal((Answer.Yes, Answer.No), (value.Below(0.031), value.AtLeast(0.031)));
        Assert.Equal((Answer.No, Answer.Yes), (value.Below(0.01), value.AtLeast(0.01)));
    }

    [Fact]
    public void Of_two_means_one_is_below_the_other_where_their_intervals_do_not_meet()
    {
        // Of two replicates the interval spans them; of one, its samples.
        foreach (var shape in new Func<double, double, double[][]>[] { (low, high) => [[low], [high]], (low, high) => [[low, high]] })
        {
            var (small, large, between) = (SampleStatistic.Of(shape(1, 2)), SampleStatistic.Of(shape(3, 4)), SampleStatistic.Of(shape(1.5, 3.5)));
            Assert.Equal((Answer.Yes, Answer.No), (small.Below(large), large.Below(small)));
            Assert.Equal((Answer.Undecided, Answer.Undecided), (small.Below(between), between.Below(large)));
            Assert.Equal((Answer.Undecided, Answer.No), (small.Below(large, 0.5), small.Below(large, 0.2)));
        }
    }

    /// <summary>The mean of many samples has the interval of its normal approximation, 1.96 standard errors to each side, within a tenth of it.</summary>
    [Fact]
    public void The_interval_of_many_replicates_is_that_of_the_mean()
    {
        double[] values = [.. Enumerable.Range(0, 400).Select(i => Math.Sin(i * 12.9898) * 3)];
        var value = SampleStatistic.Of([.. values.Select(sample => new[] { sample })]);
        var error = 1.96 * value.Sd!.Value / 20;
        Assert.InRange((value.Mean - value.Low!.Value) / error, 0.9, 1.1);
        Assert.InRange((value.High!.Value - value.Mean) / error, 0.9, 1.1);
    }

    /// <summary>Copies of one initialisation are not independent: many of them do not make the interval narrow.</summary>
    [Fact]
    public void Replicates_are_drawn_before_their_samples()
    {
        double[][] replicates = [[.. Enumerable.Repeat(0.0, 50)], [.. Enumerable.Repeat(1.0, 50)]];
        Assert.Equal((0.0, 1.0), (SampleStatistic.Of(replicates).Low, SampleStatistic.Of(replicates).High));
    }

    [Fact]
    public void The_interval_lies_within_the_samples_and_answers_exclude_each_other() => Prop.ForAll(
        Gen.Choose(-1000, 1000).Select(n => n / 100.0).ArrayOf(3).ArrayOf(4).ToArbitrary(),
        Gen.Choose(-1000, 1000).Select(n => n / 100.0).ToArbitrary(),
        (replicates, bound) =>
        {
            // A mean of equal samples may differ from them in the last bit.
            const double slack = 1e-12;
            var value = SampleStatistic.Of(replicates);
            return value.Min - slack <= value.Low && value.Low <= value.High && value.High <= value.Max + slack && value == SampleStatistic.Of(replicates)
                && (value.Below(bound), value.AtLeast(bound)) is (Answer.Yes, Answer.No) or (Answer.No, Answer.Yes) or (Answer.Undecided, Answer.Undecided);
        }).QuickCheckThrowOnFailure();
}
