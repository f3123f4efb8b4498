using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Naming;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Training;

public sealed class StepCountTests
{
    [Theory]
    [InlineData("500it", 0, 500)]
    [InlineData("160ep", 160, 0)]
    [InlineData("1ep20it", 1, 20)]
    [InlineData("1ep20", 1, 20)]
    [InlineData("24000", 0, 24000)]
    [InlineData(" 7it ", 0, 7)]
    [InlineData("0", 0, 0)]
    public void Epochs_come_first_and_a_bare_number_counts_updates(string text, int epochs, long iterations) =>
        Assert.Equal(new StepCount(epochs, iterations), StepCount.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("it")]
    [InlineData("ep")]
    [InlineData("-5it")]
    [InlineData("1.5ep")]
    [InlineData("20it1ep")]
    [InlineData("5 it")]
    [InlineData("5IT")]
    [InlineData("five")]
    [InlineData("99999999999999999999it")]
    [InlineData("3000000000ep")]
    public void What_is_no_step_is_refused_with_examples(string text)
    {
        var refused = Assert.Throws<SettingException>(() => StepCount.Parse(text));
        Assert.StartsWith($"'{text}' is not a step. ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("1ep20it", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_reads_back_what_it_writes() =>
        Prop.ForAll(Steps, step => StepCount.Parse(step.ToString()) == step).QuickCheckThrowOnFailure();

    [Fact]
    public void An_epoch_counts_as_its_updates() =>
        Prop.ForAll(Steps, Gen.Choose(1, 5000).ToArbitrary(), (step, perEpoch) => step.ToIterations(perEpoch) == ((long)step.Epochs * perEpoch) + step.Iterations)
            .QuickCheckThrowOnFailure();

    private static Arbitrary<StepCount> Steps =>
        (from epochs in Gen.Choose(0, 1000) from iterations in Gen.Choose(0, 1_000_000) select new StepCount(epochs, iterations)).ToArbitrary();
}
