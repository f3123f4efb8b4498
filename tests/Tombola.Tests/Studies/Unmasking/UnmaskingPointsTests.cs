using Tombola.Landscape;
using Tombola.Papers.Unmasking;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;
using Xunit;

namespace Tombola.Tests.Studies.Unmasking;

public sealed class UnmaskingPointsTests
{
    private static readonly PublishedSetting Shown = new("ResNet-20", 63_000);

    [Fact]
    public void Of_19_points_that_match_18_have_a_midpoint_error_of_at_most_a_tenth()
    {
        PublishedLevel[] matching = [.. UnmaskingPoints.Levels(Shown).Where(level => MatchingRule.Parse("0.5").Holds(level.Error, UnmaskingPoints.DenseError + 1e-9, null))];
        Assert.Equal((19, 18), (matching.Length, matching.Count(level => !(level.Midpoint > 0.1))));
    }

    [Fact]
    public void The_published_levels_are_connected_where_they_match_by_our_own_count()
    {
        ConnectedPair[] pairs =
        [
            .. from steps in UnmaskingPoints.Levels(Shown).GroupBy(level => level.Step)
               from pair in steps.Zip(steps.Skip(1))
               let over = pair.Second.Midpoint - ((pair.First.Error + pair.Second.Error) / 2)
               select new ConnectedPair($"{pair.Second}", !(over >= ErrorBarrier.StabilityThreshold), pair.Second.Error <= UnmaskingPoints.DenseError + 0.00501),
        ];
        Assert.Equal(66, pairs.Length);
        Assert.Equal(Answer.Yes, new ConnectionTable("connected", "matching", pairs).Together);
    }

    [Fact]
    public void Points_are_fractions_by_density()
    {
        Assert.Equal((2000, 8, 0.168, 0.084, 0.086), UnmaskingPoints.Levels(Shown).Where(level => level is { Step: 2000, Level: 8 }).Select(level => (level.Step, level.Level, Math.Round(level.Density, 6), Math.Round(level.Error, 6), Math.Round(level.Midpoint, 6))).Single());
        Assert.Equal(12, UnmaskingPoints.DenseMidpoints(Shown).Count);
        Assert.Equal(0.64, UnmaskingPoints.DenseMidpoints(Shown)[1].Density, 1e-12);
        var fine = UnmaskingPoints.Projections(Shown).Single(point => point.ReachedBy == "fine-tuning");
        Assert.Equal((0.8, 0.64, 0.9137, 0.9089), (fine.FromDensity, fine.ToDensity, Math.Round(fine.Solution, 6), Math.Round(fine.Projection, 6)));
        Assert.Equal(8, UnmaskingPoints.Rewindings(Shown).Select(point => point.Step).Distinct().Count());
    }

    [Theory]
    [InlineData("VGG-16", "standard")]
    [InlineData("ResNet-20", "low")]
    public void Other_settings_have_none(string network, string variant)
    {
        var setting = new PublishedSetting(network, 63_000, variant);
        Assert.Empty(UnmaskingPoints.Levels(setting));
        Assert.Empty(UnmaskingPoints.DenseMidpoints(setting));
        Assert.Empty(UnmaskingPoints.Projections(setting));
        Assert.Empty(UnmaskingPoints.Rewindings(null));
    }

    [Theory]
    [InlineData("resnet20-cifar10", 4)]
    [InlineData("resnet20-cifar10-low", 2)]
    [InlineData("lenet-mnist", 2)]
    [InlineData("lenet-glyphs", 2)]
    public void What_is_said_of_sparse_networks_is_looked_at_everywhere(string preset, int findings) => Assert.Equal(findings, UnmaskingFindings.Of(KnownPresets.Find(preset), "unmasking/levels").Count);
}
