using Tombola.Papers;
using Tombola.Papers.Lmc;
using Tombola.Papers.Stabilizing;
using Tombola.Papers.Tickets;
using Tombola.Presets;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Studies;

public sealed class FindingTests
{
    [Fact]
    public void Numbers_are_those_of_the_published_points()
    {
        Assert.All(LmcFindings.All.Where(finding => finding.Number is not null), finding =>
        {
            var (figure, curve) = finding.Study is "lmc/fig2" or "lmc/fig3" ? ("lmc/fig3", "test") : ("lmc/fig6", "IMP");
            var start = LmcPoints.Figure(figure, finding.Network!, finding.Variant ?? "standard", curve)[0];
            Assert.Equal((0, finding.Number!.Value), (start.K, Math.Round(start.Mean, 6)));
        });
        Assert.All(StabilizingFindings.All.Where(finding => finding is { Number: not null, Study: not "scale/fig5" }), finding =>
            Assert.Equal(finding.Number!.Value, StabilizingPoints.Figure3(new PublishedSetting(finding.Network!, 1, finding.Variant!))!.Accuracy.Imp, 1e-12));
    }

    /// <summary>Below two points is stable (Frankle et al. 2020, section 2).</summary>
    [Fact]
    public void What_is_called_stable_at_step_0_has_a_published_barrier_below_two_points() => Assert.All(
        LmcFindings.All.Where(finding => finding is { Property: LmcFindings.StableAtStart, Number: not null }), finding => Assert.Equal(finding.Holds, finding.Number < 0.02));

    [Fact]
    public void Studies_that_findings_name_are_there_and_every_finding_has_a_source() => Assert.All(
        [.. LmcFindings.All, .. StabilizingFindings.All, TicketFindings.Exist, TicketFindings.Stable, TicketFindings.BeatControls],
        finding => Assert.True(StudyCatalogue.Find(finding.Study).Name == finding.Study && finding.Source.Length > 0 && finding.Statement.EndsWith('.')));

    [Theory]
    [InlineData("lenet-mnist", "lmc/fig6", 1)]
    [InlineData("resnet20-cifar10", "lmc/fig6", 3)]
    [InlineData("resnet20-cifar10-low", "lmc/fig6", 1)]
    [InlineData("vgg16-cifar10-warmup", "lmc/fig3", 0)]
    [InlineData("vgg16-cifar10", "lmc/fig3", 2)]
    [InlineData("lenet-mnist", "lmc/fig8", 0)]
    [InlineData("lenet-mnist", "lmc/fig9", 4)]
    [InlineData("lenet-glyphs", "lmc/fig9", 0)]
    [InlineData("resnet18-cifar10", "lmc/fig9", 0)]
    public void A_paper_speaks_of_the_networks_that_it_shows(string preset, string study, int findings) => Assert.Equal(findings, LmcFindings.All.About(KnownPresets.Find(preset), study).Count);

    [Theory]
    [InlineData(true, Answer.Yes, Answer.Yes)]
    [InlineData(true, Answer.No, Answer.No)]
    [InlineData(false, Answer.Yes, Answer.No)]
    [InlineData(false, Answer.No, Answer.Yes)]
    [InlineData(false, Answer.Undecided, Answer.Undecided)]
    [InlineData(true, null, Answer.Undecided)]
    public void A_claim_holds_where_our_network_has_the_property_if_theirs_does(bool theirs, Answer? ours, Answer holds) =>
        Assert.Equal(new Claim("It is 0.5 so.", holds), new Finding("own", "so", theirs, null, null, "It is {0} so.", null, "somewhere").Claim(ours, 0.5));
}
