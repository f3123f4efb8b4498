using System.CommandLine;
using Tombola.Engine.Naming;
using Tombola.Presets;
using Tombola.Reporting;

namespace Tombola.Cli.Tests;

/// <summary>Numbers have a decimal point and nothing else; whatever is none is refused with a sentence, and nothing runs.</summary>
public sealed class NumberTests
{
    private static readonly string[] NoNumbers = ["", " ", "abc", "1,5", "0,05", "1,2,3", "1.000,5", "1 000", "1_000", "0x10", "NaN", "Infinity", "-∞", "1e999", "٣", "3n", "--3", "1/2", "½"];
    private static readonly string[] NoWholeNumbers = ["1.5", "1e3", "99999999999999999999", "1.0"];

    public static TheoryData<string> Commands => [.. Numeric().Select(option => option.Words).Distinct()];

    public static TheoryData<string> Fields => [.. PresetFields.Of(Preset).Where(each => each.Value is int or long or ulong or double).Select(each => each.Name), "subsample"];

    private static Preset Preset => KnownPresets.Find("lenet-glyphs");

    [Theory, MemberData(nameof(Commands))]
    public void Every_numeric_option_refuses_what_is_no_number_and_names_an_example(string command)
    {
        foreach (var (_, option) in Numeric().Where(option => option.Words == command))
        {
            foreach (var text in NoNumbers.Concat(IsFraction(option.ValueType) ? [] : NoWholeNumbers))
            {
                // Joined by a sign, since words that begin with a hyphen would be options.
                var errors = Application.Parse([.. command.Split(' '), $"{option.Name}={text}"]).Errors.Select(error => error.Message).ToArray();
                Assert.True(errors.Any(error => error.StartsWith($"{option.Name} cannot be '{text}'; it takes a ", StringComparison.Ordinal) && error.Contains($"for example {option.Name} ", StringComparison.Ordinal))
                    || (text.Length == 0 && errors.Any(error => error.Contains(option.Name, StringComparison.Ordinal))), $"{command} {option.Name}={text}: {string.Join(' ', errors)}");
            }
        }
    }

    [Theory, MemberData(nameof(Commands))]
    public void Every_numeric_option_takes_numbers(string command)
    {
        foreach (var (_, option) in Numeric().Where(option => option.Words == command))
        {
            string[] numbers = IsFraction(option.ValueType) ? ["0.05", "5e-2", "1", ".5"] : ["3", "007", " 3 "];
            foreach (var text in numbers) Assert.DoesNotContain(Application.Parse([.. command.Split(' '), $"{option.Name}={text}"]).Errors, error => error.Message.Contains(option.Name, StringComparison.Ordinal));
        }
    }

    [Theory, MemberData(nameof(Fields))]
    public void Every_numeric_field_refuses_what_is_no_number_and_names_an_example(string field)
    {
        foreach (var text in NoNumbers)
        {
            var message = Assert.Throws<SettingException>(() => PresetFields.Set(Preset, $"{field}={text}")).Message;
            Assert.StartsWith($"The field {field} cannot be '{text.Trim()}'; it takes a ", message, StringComparison.Ordinal);
            Assert.Contains($"for example {field}=", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_decimal_comma_is_refused_rather_than_taken_for_thousands()
    {
        foreach (var assignment in new[] { "learningRate=0,0012", "gamma=0,1", "randomLabels=0,1", "levels=1,2,3" }) Assert.Throws<SettingException>(() => PresetFields.Set(Preset, assignment));
        Assert.Equal(0.0012, PresetFields.Set(Preset, "learningRate=0.0012").Recipe.LearningRate);
    }

    [Fact]
    public void There_are_numeric_options_to_try() => Assert.True(Numeric().Count() > 40);

    private static bool IsFraction(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(double);

    private static IEnumerable<(string Words, Option Option)> Numeric() => Below(Application.Root(), "");

    private static IEnumerable<(string Words, Option Option)> Below(Command command, string words) =>
    [
        .. command.Options.Where(option => Type.GetTypeCode(Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) is TypeCode.Int32 or TypeCode.Int64 or TypeCode.UInt64 or TypeCode.Double).Select(option => (words, option)),
        .. command.Subcommands.SelectMany(child => Below(child, $"{words} {child.Name}".Trim())),
    ];
}
