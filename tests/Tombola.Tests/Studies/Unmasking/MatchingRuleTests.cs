using Tombola.Engine.Naming;
using Tombola.Papers.Unmasking;
using Tombola.Presets;
using Tombola.Studies;
using Tombola.Tests.Jobs;
using Tombola.Tests.Studies.Lmc;
using Xunit;

namespace Tombola.Tests.Studies.Unmasking;

public sealed class MatchingRuleTests
{
    [Theory]
    [InlineData("0.5", 0.085, true)]
    [InlineData("0.5", 0.0851, false)]
    [InlineData("0.2", 0.0819, true)]
    [InlineData("0.2", 0.0821, false)]
    [InlineData("sd", 0.0829, true)]
    [InlineData("sd", 0.0831, false)]
    public void A_network_matches_up_to_some_points_or_one_deviation_above_the_mean_of_dense_networks(string rule, double error, bool matches) =>
        Assert.Equal(matches, MatchingRule.Parse(rule).Holds(error, dense: 0.08, sd: 0.003));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("100")]
    [InlineData("half")]
    [InlineData("")]
    [InlineData("0,5")]
    public void What_is_no_rule_is_refused_in_a_sentence(string rule) =>
        Assert.Contains("it must be sd, or points", Assert.Throws<SettingException>(() => (Small.Request.Preset with { Matching = rule }).Validate()).Message, StringComparison.Ordinal);

    [Fact]
    public void The_spread_of_a_single_initialisation_is_refused_before_anything_is_trained()
    {
        var request = Small.Request with { Preset = Small.Request.Preset with { Matching = "sd" } };
        foreach (var study in new[] { LevelsStudy.Study, ProjectionStudy.Study, AdaptiveStudy.Study })
        {
            Assert.Contains("Give --replicates 2 or more", Assert.Throws<SettingException>(() => study.Design(new StudyContext(request, Workshop.Data))).Message, StringComparison.Ordinal);
            Assert.NotEmpty(study.Design(new StudyContext(request with { Replicates = 2 }, Workshop.Data)).Jobs);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(100)]
    [InlineData(double.NaN)]
    public void An_eps_that_cannot_be_is_refused_in_a_sentence(double tolerance) =>
        Assert.Contains("The field tolerance is", Assert.Throws<SettingException>(() => (Small.Request.Preset with { Tolerance = tolerance }).Validate()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    public void Brief_retraining_has_some_part_of_training(double brief) =>
        Assert.Contains("The field brief is", Assert.Throws<SettingException>(() => (Small.Request.Preset with { Brief = brief }).Validate()).Message, StringComparison.Ordinal);
}
