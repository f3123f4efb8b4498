using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Reporting;

public sealed class AnswerTests
{
    /// <summary>The language's own three-valued logic is the naive twin.</summary>
    [Fact]
    public void All_any_and_not_are_the_three_valued_logic_of_nullable_booleans() => Prop.ForAll(
        Gen.Elements(new bool?[] { true, false, null }).ListOf().ToArbitrary(),
        values =>
        {
            var answers = values.Select(Answers.Of).ToArray();
            return answers.All() == Answers.Of(values.Aggregate((bool?)true, (all, value) => all & value))
                && answers.Any() == Answers.Of(values.Aggregate((bool?)false, (any, value) => any | value))
                && answers.Select(Answers.Not).SequenceEqual(values.Select(value => Answers.Of(!value)));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(Answer.Yes, "true")]
    [InlineData(Answer.No, "false")]
    [InlineData(Answer.Undecided, "null")]
    public void Claims_say_true_false_or_null_to_programs(Answer holds, string json)
    {
        var claim = new Claim("So", holds);
        Assert.Equal($$"""{"sentence":"So","holds":{{json}}}""", JsonSerializer.Serialize(claim, JsonSerializerOptions.Web));
        Assert.Equal(claim, JsonSerializer.Deserialize<Claim>($$"""{"sentence":"So","holds":{{json}}}""", JsonSerializerOptions.Web));
    }

    [Theory]
    [InlineData(0.0, "0 s")]
    [InlineData(0.4, "< 1 s")]
    [InlineData(89.4, "89 s")]
    [InlineData(120.0, "2 min")]
    [InlineData(11_160.0, "3.1 h")]
    [InlineData(345_600.0, "4 days")]
    public void Times_are_told_in_the_unit_that_suits_them(double seconds, string words) => Assert.Equal(words, InWords.Duration(seconds));

    [Fact]
    public void Numbers_in_words_are_the_same_in_every_country()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.Equal(
                ["98.12 %", "1.5 %", "0.35 points", "3.1", "0.001", "-24000", "1 entry", "0 entries", "2 workers", "Of it"],
                [InWords.Percent(0.98123), InWords.Percent(0.015, 1), InWords.Points(0.0035), InWords.Fixed(3.14, 1), InWords.Number(0.001), InWords.Whole(-24000), InWords.Count(1, "entry", "entries"), InWords.Count(0, "entry", "entries"), InWords.Count(2, "worker"), InWords.Capitalised("of it")]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
