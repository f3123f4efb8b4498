using Tombola.Engine.Naming;
using Tombola.Landscape;
using Xunit;

namespace Tombola.Tests.Landscape;

public sealed class LinearlyConnectedSublevelSetTests
{
    private static readonly LinearlyConnectedSublevelSet Half = new(0.005);

    [Theory]
    [InlineData(true, true, 0.08, 0.081, 0.084)]
    [InlineData(true, true, 0.08, 0.01, 0.03)]
    [InlineData(true, false, 0.08, 0.0851, 0.084)]
    [InlineData(true, false, 0.08, 0.9, 0.01)]
    [InlineData(false, false, 0.08, 0.081, 0.0851)]
    public void A_network_is_in_it_where_neither_it_nor_the_line_to_it_is_worse_by_more_than_eps(bool low, bool contained, params double[] errors)
    {
        var path = new ErrorBarrier([.. errors.Select((error, i) => new PathPoint(i / (errors.Length - 1.0), 0, error))]);
        Assert.Equal((low, contained), (Half.HasLowEnd(path), Half.Contains(path)));
    }

    [Fact]
    public void What_is_worse_at_the_start_does_not_make_the_set_larger_at_the_end()
    {
        var there = new ErrorBarrier([new(0, 0, 0.08), new(1, 0, 0.1)]);
        var back = new ErrorBarrier([new(0, 0, 0.1), new(1, 0, 0.08)]);
        Assert.Equal((false, true), (Half.Contains(there), Half.Contains(back)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void An_eps_that_cannot_be_is_refused_in_a_sentence(double tolerance) =>
        Assert.Contains("must be above 0 and below 1", Assert.Throws<SettingException>(() => new LinearlyConnectedSublevelSet(tolerance)).Message, StringComparison.Ordinal);
}
