using Tombola.Papers.Lmc;
using Tombola.Papers.Stabilizing;
using Tombola.Presets;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Studies;

public class PublishedPointsTests
{
    [Fact]
    public void Points_of_a_figure_are_fractions_against_k()
    {
        IReadOnlyList<PublishedPoint> points = LmcPoints.Figure("lmc/fig6", "ResNet-20", curve: "IMP");
        Assert.Equal([0, 50, 100, 250, 500, 1000, 2000, 5000, 10000, 20000], points.Select(point => point.K));
        PublishedPoint fifth = points[4];
        Assert.Equal(0.0152, fifth.Mean, 1e-12);
        Assert.Equal(0.012, fifth.StandardDeviation!.Value, 1e-12);
        Assert.Equal(0.168, fifth.Density, 1e-12);
        Assert.Equal("iteration", fifth.KUnit);
    }

    [Fact]
    public void A_deviation_that_the_paper_does_not_show_is_absent()
    {
        PublishedPoint point = LmcPoints.Figure("lmc/fig6", "LeNet", curve: "IMP").Single(point => point.K == 500);
        Assert.Null(point.StandardDeviation);
        Assert.Null(LmcPoints.AsSeries("IMP", [point]).Points[0].Low);
    }

    [Fact]
    public void Every_figure_has_all_its_curves()
    {
        int Curves(string figure, string network) => LmcPoints.Figure(figure, network).Select(point => point.Curve).Distinct().Count();
        Assert.Equal((2, 2, 3, 3, 1),
            (Curves("lmc/fig3", "VGG-16"), Curves("lmc/fig4", "VGG-16"), Curves("lmc/fig6", "VGG-16"), Curves("lmc/fig7", "VGG-16"), Curves("lmc/fig8", "VGG-16")));
        Assert.Empty(LmcPoints.Figure("lmc/fig6", "AlexNet"));
    }

    [Fact]
    public void As_a_series_the_band_is_one_standard_deviation()
    {
        Series series = LmcPoints.AsSeries("Test", LmcPoints.Figure("lmc/fig3", "LeNet", curve: "test"));
        Assert.True(series.Published);
        Assert.Equal(0.0020, series.Points[0].Low!.Value, 1e-12);
        Assert.Equal(0.0046, series.Points[0].High!.Value, 1e-12);
    }

    [Fact]
    public void Table_2_has_the_accuracies_at_the_start()
    {
        Assert.Equal(0.885, Table2("ResNet-20")!.Imp, 1e-12);
        Assert.Equal(0.907, Table2("VGG-16", "warmup")!.RandomReinitialisation, 1e-12);
        Assert.Equal((0.035, 0.086), (Table2("LeNet")!.Density, Table2("ResNet-20", "low")!.Density));
        Assert.Null(Table2("ResNet-50", "low"));
    }

    [Fact]
    public void Figure_9_leaves_open_what_never_happened()
    {
        IReadOnlyList<PublishedOnsets> levels = LmcPoints.Figure9(new PublishedSetting("ResNet-20", 63_000));
        Assert.Equal(16, levels.Count);
        Assert.Equal(new PublishedOnsets(0.8, 1000, 50, 2000, 50), levels[1]);
        Assert.Null(levels[2].MatchingRandom);
        Assert.Equal(10000, levels[^1].StableImp);
    }

    [Theory]
    [InlineData("LeNet", "standard", 20.7, 75.7, 0.983)]
    [InlineData("VGG-19", "low", 36.8, 66.1, 0.91)]
    public void Stability_keeps_the_units_of_distances(string network, string variant, double orderImp, double pruningRandom, double accuracyImp)
    {
        PublishedStability row = StabilizingPoints.Figure3(new PublishedSetting(network, 1, variant))!;
        Assert.Equal(orderImp, row.OrderL2.Imp);
        Assert.Equal(pruningRandom, row.PruningL2.Random);
        Assert.Equal(accuracyImp, row.Accuracy.Imp, 1e-12);
    }

    private static PublishedAccuracies? Table2(string network, string variant = "standard") => LmcPoints.Table2(new PublishedSetting(network, 1, variant));
}
