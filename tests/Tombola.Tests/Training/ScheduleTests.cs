using Tombola.Engine.Naming;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Training;

public sealed class ScheduleTests
{
    private static readonly Recipe Hundred = new() { LearningRate = 0.8, FinalRate = 0.05, Steps = "100it" };

    [Theory]
    [InlineData("constant", 0, 0.8)]
    [InlineData("constant", 99, 0.8)]
    [InlineData("cosine", 0, 0.8)]
    [InlineData("cosine", 50, 0.425)]
    [InlineData("cosine", 100, 0.05)]
    [InlineData("linear", 0, 0.8)]
    [InlineData("linear", 20, 0.65)]
    [InlineData("linear", 100, 0.05)]
    [InlineData("linear", 150, 0.05)]
    [InlineData("exponential", 0, 0.8)]
    [InlineData("exponential", 25, 0.4)]
    [InlineData("exponential", 50, 0.2)]
    [InlineData("exponential", 100, 0.05)]
    public void The_rate_is_the_one_worked_out_by_hand(string schedule, long step, double rate) =>
        Assert.Equal(rate, Schedule.Of(Hundred with { Schedule = schedule }, 10).Rate(step), 12);

    [Theory]
    [InlineData(29, 1)]
    [InlineData(30, 0.5)]
    [InlineData(51, 0.5)]
    [InlineData(52, 0.25)]
    public void Each_milestone_multiplies_the_rate_once_from_its_step_on(long step, double factor)
    {
        var schedule = Schedule.Of(Hundred with { Schedule = "milestones", Milestones = "30it, 5ep2it", Gamma = 0.5 }, stepsPerEpoch: 10);
        Assert.Equal(0.8 * factor, schedule.Rate(step), 12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 0.2)]
    [InlineData(20, 0.8)]
    [InlineData(21, 0.8)]
    public void Warmup_grows_linearly_from_zero(long step, double rate) =>
        Assert.Equal(rate, Schedule.Of(Hundred with { Warmup = "2ep" }, stepsPerEpoch: 10).Rate(step), 12);

    [Fact]
    public void Warmup_is_a_factor_on_the_schedule() =>
        Assert.Equal(0.65 * 0.5, Schedule.Of(Hundred with { Schedule = "linear", Warmup = "40it" }, 10).Rate(20), 12);

    [Fact]
    public void An_unknown_schedule_is_refused_with_the_known_ones()
    {
        var refused = Assert.Throws<SettingException>(() => Schedule.Of(Hundred with { Schedule = "sawtooth" }, 10));
        Assert.All(Schedule.Names.Append("'sawtooth'"), name => Assert.Contains(name, refused.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_schedule_that_is_listed_works() =>
        Assert.All(Schedule.Names, name => Assert.InRange(Schedule.Of(Hundred with { Schedule = name }, 10).Rate(1), 0.05, 0.8));
}
