using Tombola.Papers.Stabilizing;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Reporting.Published;
using Tombola.Studies;
using Xunit;

namespace Tombola.Tests.Studies.AtScale;

/// <summary>Claims of the paper on made-up rows.</summary>
public sealed class AtScaleClaimsTests
{
    [Theory]
    [InlineData(Answer.No, Answer.No, true)]
    [InlineData(Answer.No, Answer.Yes, false)]
    [InlineData(Answer.No, Answer.Undecided, null)]
    public void At_the_standard_rate_tickets_of_step_0_do_not_match_at_the_level_studied_and_below(Answer studied, Answer below, bool? holds)
    {
        StudyRow[] rows = [Row(0), Ticket(7, Answer.Yes), Ticket(8, studied), Ticket(9, below)];
        var claim = Assert.Single(LearningRateStudy.Claims(KnownPresets.Find("resnet18-cifar10"), 8, rows));
        Assert.Equal(holds, claim.Holds);
        Assert.Contains("do not match the dense network at 16.8 % of the weights and below", claim.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resnet18-cifar10-low")]
    [InlineData("vgg19-cifar10-warmup")]
    [InlineData("lenet-mnist")]
    public void At_a_low_rate_or_with_warmup_they_match_and_beat_newly_drawn_weights(string preset)
    {
        Assert.Equal([true, true], Holds(Answer.Yes, 0.85));
        Assert.Equal([false, false], Holds(Answer.No, 0.95));
        Assert.Equal([null, null], Holds(Answer.Undecided, 0.9));

        IEnumerable<bool?> Holds(Answer matching, double control) => LearningRateStudy.Claims(
            KnownPresets.Find(preset), 8, [Row(0), Ticket(8, matching), Ticket(9, Answer.No), Row(8, NetworkKinds.RandomReinitialisation) with { TestAccuracy = Of(control) }]).Select(claim => claim.Holds);
    }

    [Fact]
    public void Settings_that_the_paper_does_not_show_have_no_claims() =>
        Assert.Empty(LearningRateStudy.Claims(KnownPresets.Find("resnet20-cifar10"), 8, [Row(0), Ticket(8, Answer.Yes)]));

    [Theory]
    [InlineData("Lenet", "standard")]
    [InlineData("Resnet-18", "low")]
    [InlineData("Resnet-18", "warmup")]
    [InlineData("VGG-19", "low")]
    [InlineData("VGG-19", "warmup")]
    public void The_ticket_is_more_stable_than_random_pruning(string network, string variant)
    {
        Assert.Equal([true, true, true, true], Stability(network, variant, 9, 10));
        Assert.Equal([false, false, false, false], Stability(network, variant, 11, 10));
        Assert.Equal([null, null, null, null], Stability(network, variant, 9.8, 10));
    }

    /// <summary>Samples lie 0.2 to each side of the mean; nine tenths of 10 +- 0.2 is 9 +- 0.18.</summary>
    [Theory]
    [InlineData("Resnet-18")]
    [InlineData("VGG-19")]
    public void At_the_standard_rate_it_is_not(string network)
    {
        Assert.Equal([true, true, true, true], Stability(network, "standard", 9.5, 10));
        Assert.Equal([false, false, false, false], Stability(network, "standard", 8.5, 10));
        Assert.Equal([null, null, null, null], Stability(network, "standard", 9.1, 10));
    }

    [Fact]
    public void Claims_of_stability_quote_the_paper()
    {
        var claims = StabilityTableStudy.Claims(PublishedPoints.ScaleFigure3("Resnet-18", "standard")!, Distant(0, 9), Distant(0, 10));
        Assert.Equal("Angle to the dense network: the IMP ticket's is no smaller than nine tenths of random pruning's (published: 87.7 and 88).", claims[3].Sentence);
    }

    [Fact]
    public void Late_tickets_are_more_stable_and_earlier_so_than_random_masks()
    {
        // Halved at step 100 against step 1,000.
        Assert.Equal([true, true, true], Steps(false, [(0, 10, Answer.No), (100, 4, Answer.Yes), (1000, 3, Answer.Yes)], [10, 9, 3]));
        Assert.Equal([false, false, false], Steps(false, [(0, 10, Answer.No), (100, 9, Answer.No), (1000, 12, Answer.No)], [10, 4, 3]));

        // Neither is halved; the ranges of the first and the last step overlap; no later step matches for certain.
        Assert.Equal([null, null, null], Steps(false, [(0, 10, Answer.No), (100, 9, Answer.No), (1000, 9.9, Answer.Undecided)], [10, 9, 8]));

        // A ticket that matches from step 0 speaks against the claim of the standard rate, and for that of the others.
        (long, double, Answer)[] matching = [(0, 10, Answer.Yes), (100, 4, Answer.Yes)];
        Assert.False(Steps(false, matching, [10, 9])[2]);
        Assert.True(Steps(true, matching, [10, 9])[2]);

        static bool?[] Steps(bool matches, (long Step, double Distance, Answer Matching)[] ticket, double[] random) =>
        [
            .. StabilityByStepStudy.Claims(
                matches,
                [.. ticket.Select(row => Distant(row.Step, row.Distance) with { Matching = row.Matching })],
                [.. ticket.Zip(random).Select(both => Distant(both.First.Step, both.Second))]).Select(claim => claim.Holds),
        ];
    }

    [Fact]
    public void Without_step_0_or_a_later_one_nothing_is_claimed_of_steps()
    {
        Assert.Empty(StabilityByStepStudy.Claims(false, [Distant(0, 1)], [Distant(0, 1)]));
        Assert.Empty(StabilityByStepStudy.Claims(false, [Distant(5, 1), Distant(9, 1)], [Distant(5, 1), Distant(9, 1)]));
    }

    [Theory]
    [InlineData("YYNN", "YYYN", true)]
    [InlineData("NNNN", "YNNN", true)]
    [InlineData("YYNN", "YYNN", false)]
    [InlineData("YYYN", "YYNN", false)]
    [InlineData("YYNN", "YY?N", null)]
    [InlineData("YY?N", "YYYN", null)]
    public void Late_resetting_matches_to_lower_densities(string reset, string later, bool? holds)
    {
        Assert.Equal(holds, LateResettingStudy.Claim(Rows(reset), Rows(later)).Holds);

        static StudyRow[] Rows(string answers) => [.. answers.Select((answer, i) => Ticket(i + 1, answer switch { 'Y' => Answer.Yes, 'N' => Answer.No, _ => Answer.Undecided }))];
    }

    [Theory]
    [InlineData(0.85, true)]
    [InlineData(0.95, false)]
    [InlineData(0.9, null)]
    public void Tickets_that_match_beat_SNIP(double snip, bool? holds)
    {
        // At level 3 the ticket does not match, at level 1 SNIP was not trained.
        StudyRow[] rows = [Row(0), Ticket(1, Answer.Yes), Ticket(2, Answer.Yes), Ticket(3, Answer.No), Snip(2, snip), Snip(3, 0.99)];
        Assert.Equal(holds, PruningAtStartStudy.Claim(rows).Holds);
        Assert.Null(PruningAtStartStudy.Claim([Row(0), Ticket(2, Answer.No), Snip(2, snip)]).Holds);

        static StudyRow Snip(int level, double accuracy) => Row(level, NetworkKinds.Snip) with { TestAccuracy = Of(accuracy) };
    }

    private static IEnumerable<bool?> Stability(string network, string variant, double ticket, double random) =>
        StabilityTableStudy.Claims(PublishedPoints.ScaleFigure3(network, variant)!, Distant(0, ticket), Distant(0, random)).Select(claim => claim.Holds);

    /// <summary>A row all of whose distances have samples 0.2 to each side of the mean.</summary>
    private static StudyRow Distant(long step, double mean)
    {
        var value = SampleStatistic.Of([[mean - 0.2, mean + 0.2]]);
        return Row(4) with { Rewind = step, L2 = value, Angle = value, PruningL2 = value, PruningAngle = value };
    }

    /// <summary>Accuracy 0.9.</summary>
    private static StudyRow Ticket(int level, Answer matching) => Row(level) with { Matching = matching };

    private static StudyRow Row(int level, NetworkKind? kind = null) => new()
    {
        Level = level,
        Density = Math.Pow(0.8, level),
        Mask = (kind ?? NetworkKinds.Imp).Name,
        Rewind = 0,
        Replicates = 1,
        Copies = 1,
        TestAccuracy = Of(0.9),
    };

    private static SampleStatistic Of(double value) => SampleStatistic.Of([[value]]);
}
