using Tombola.Papers;
using Tombola.Papers.Stabilizing;
using Tombola.Presets;
using Tombola.Reporting;
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
        Assert.Equal(Answers.Of(holds), claim.Holds);
        Assert.Contains("do not match the dense network at 16.8 % of the weights and below", claim.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resnet18-cifar10-low")]
    [InlineData("vgg19-cifar10-warmup")]
    [InlineData("lenet-mnist")]
    public void At_a_low_rate_or_with_warmup_they_match_and_beat_newly_drawn_weights(string preset)
    {
        Assert.Equal([Answer.Yes, Answer.Yes], Holds(Answer.Yes, 0.85));
        Assert.Equal([Answer.No, Answer.No], Holds(Answer.No, 0.95));
        Assert.Equal([Answer.Undecided, Answer.Undecided], Holds(Answer.Undecided, 0.9));

        IEnumerable<Answer> Holds(Answer matching, double control) => LearningRateStudy.Claims(
            KnownPresets.Find(preset), 8, [Row(0), Ticket(8, matching), Ticket(9, Answer.No), Row(8, NetworkKinds.RandomReinitialisation, control)]).Select(claim => claim.Holds);
    }

    [Fact]
    public void Settings_that_the_paper_does_not_show_have_no_claims() =>
        Assert.Empty(LearningRateStudy.Claims(KnownPresets.Find("resnet20-cifar10"), 8, [Row(0), Ticket(8, Answer.Yes)]));

    [Theory]
    [InlineData("LeNet", "standard")]
    [InlineData("Resnet-18", "low")]
    [InlineData("Resnet-18", "warmup")]
    [InlineData("VGG-19", "low")]
    [InlineData("VGG-19", "warmup")]
    public void The_ticket_is_more_stable_than_random_pruning(string network, string variant)
    {
        Assert.Equal(Enumerable.Repeat(Answer.Yes, 4), Stability(network, variant, 9, 10));
        Assert.Equal(Enumerable.Repeat(Answer.No, 4), Stability(network, variant, 11, 10));
        Assert.Equal(Enumerable.Repeat(Answer.Undecided, 4), Stability(network, variant, 9.8, 10));
    }

    /// <summary>Samples lie 0.2 to each side of the mean; nine tenths of 10 +- 0.2 is 9 +- 0.18.</summary>
    [Theory]
    [InlineData("Resnet-18")]
    [InlineData("VGG-19")]
    public void At_the_standard_rate_it_is_not(string network)
    {
        Assert.Equal(Enumerable.Repeat(Answer.Yes, 4), Stability(network, "standard", 9.5, 10));
        Assert.Equal(Enumerable.Repeat(Answer.No, 4), Stability(network, "standard", 8.5, 10));
        Assert.Equal(Enumerable.Repeat(Answer.Undecided, 4), Stability(network, "standard", 9.1, 10));
    }

    [Fact]
    public void Claims_of_stability_quote_the_paper()
    {
        var claims = StabilityTableStudy.Claims(StabilizingPoints.Figure3(new PublishedSetting("Resnet-18", 30_000))!, Distant(0, 9), Distant(0, 10));
        Assert.Equal("Angle to the dense network: the IMP ticket's is no smaller than nine tenths of random pruning's (published: 87.7 and 88).", claims[3].Sentence);
    }

    [Fact]
    public void Late_tickets_are_more_stable_and_earlier_so_than_random_masks()
    {
        // Halved at step 100 against step 1,000.
        Assert.Equal(Enumerable.Repeat(Answer.Yes, 3), Steps(false, [(0, 10, Answer.No), (100, 4, Answer.Yes), (1000, 3, Answer.Yes)], [10, 9, 3]));
        Assert.Equal(Enumerable.Repeat(Answer.No, 3), Steps(false, [(0, 10, Answer.No), (100, 9, Answer.No), (1000, 12, Answer.No)], [10, 4, 3]));

        // Neither is halved; the ranges of the first and the last step overlap; no later step matches for certain.
        Assert.Equal(Enumerable.Repeat(Answer.Undecided, 3), Steps(false, [(0, 10, Answer.No), (100, 9, Answer.No), (1000, 9.9, Answer.Undecided)], [10, 9, 8]));

        // A ticket that matches from step 0 speaks against the claim of the standard rate, and for that of the others.
        (long, double, Answer)[] matching = [(0, 10, Answer.Yes), (100, 4, Answer.Yes)];
        Assert.Equal(Answer.No, Steps(false, matching, [10, 9])[2]);
        Assert.Equal(Answer.Yes, Steps(true, matching, [10, 9])[2]);

        static Answer[] Steps(bool matches, (long Step, double Distance, Answer Matching)[] ticket, double[] random) =>
        [
            .. StabilityByStepStudy.Claims(
                Figure4(matches),
                [.. ticket.Select(row => Distant(row.Step, row.Distance) with { Matching = row.Matching })],
                [.. ticket.Zip(random).Select(both => Distant(both.First.Step, both.Second))]).Select(claim => claim.Holds),
        ];
    }

    [Fact]
    public void Without_step_0_or_a_later_one_nothing_is_claimed_of_steps()
    {
        Assert.Empty(StabilityByStepStudy.Claims(Figure4(false), [Distant(0, 1)], [Distant(0, 1)]));
        Assert.Empty(StabilityByStepStudy.Claims(Figure4(false), [Distant(5, 1), Distant(9, 1)], [Distant(5, 1), Distant(9, 1)]));
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
        Assert.Equal(Answers.Of(holds), LateResettingStudy.LateReachesFurther(Rows(reset), Rows(later)));

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
        Assert.Equal(Answers.Of(holds), PruningAtStartStudy.Beats(rows));
        Assert.Null(PruningAtStartStudy.Beats([Row(0), Ticket(2, Answer.No), Snip(2, snip)]));

        static StudyRow Snip(int level, double accuracy) => Row(level, NetworkKinds.Snip, accuracy);
    }

    private static IEnumerable<Answer> Stability(string network, string variant, double ticket, double random) =>
        StabilityTableStudy.Claims(StabilizingPoints.Figure3(new PublishedSetting(network, 30_000, variant))!, Distant(0, ticket), Distant(0, random)).Select(claim => claim.Holds);

    /// <summary>A row all of whose distances have samples 0.2 to each side of the mean.</summary>
    private static StudyRow Distant(long step, double mean)
    {
        var value = SampleStatistic.Of([[mean - 0.2, mean + 0.2]]);
        return Row(4) with
        {
            Condition = new Condition(NetworkKinds.Imp, step, 4),
            Statistics = Statistics.Of(new[] { Measures.L2, Measures.Angle, Measures.PruningL2, Measures.PruningAngle }.Select(measure => (measure, value))),
        };
    }

    /// <summary>Accuracy 0.9.</summary>
    private static StudyRow Ticket(int level, Answer matching) => Row(level) with { Matching = matching };

    private static StudyRow Row(int level, NetworkKind? kind = null, double accuracy = 0.9) =>
        new(new Condition(kind ?? NetworkKinds.Imp, 0, level), Math.Pow(0.8, level), 1, 1, Statistics.Of((Measures.TestAccuracy, SampleStatistic.Of([[accuracy]]))));

    /// <summary>What the paper says of a network whose ticket of step 0 matches, or of one whose does not.</summary>
    private static IReadOnlyList<Finding> Figure4(bool matches) => StabilizingFindings.All.About(KnownPresets.Find(matches ? "resnet18-cifar10-low" : "resnet18-cifar10"), "scale/fig4");
}
