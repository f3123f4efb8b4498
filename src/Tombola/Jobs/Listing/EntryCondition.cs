using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;

namespace Tombola.Jobs;

/// <summary>Something that entries are chosen by, such as <c>accuracy&gt;0.97</c>. An entry that does not have the number is not chosen.</summary>
/// <param name="Holds">Whether it is true of an entry.</param>
internal sealed record EntryCondition(Func<EntryFacts, bool> Holds)
{
    private static readonly Registry<Field> Fields = new("Entries cannot be chosen by", field => field.Name,
    [
        new("accuracy", facts => facts.Accuracy), new("loss", facts => facts.Loss), new("density", facts => facts.Density), new("step", facts => facts.Step), new("level", facts => facts.Level),
    ]);

    /// <summary>The longer ones first, since the shorter begin like them.</summary>
    private static readonly (string Sign, Func<double, double, bool> Holds)[] Comparisons =
    [
        ("<=", (x, y) => x <= y), (">=", (x, y) => x >= y), ("<", (x, y) => x < y), (">", (x, y) => x > y), ("=", (x, y) => x == y),
    ];

    /// <summary>Reads a condition.</summary>
    /// <exception cref="SettingException">It is none; the message says what one looks like.</exception>
    public static EntryCondition Parse(string text)
    {
        var (sign, holds) = Array.Find(Comparisons, comparison => text.Contains(comparison.Sign, StringComparison.Ordinal));
        if (sign is null) throw new SettingException($"'{Printable.Name(text)}' compares nothing. Write --where NAME, one of < <= > >= =, and a number, for example --where 'accuracy>0.97'.");
        var at = text.IndexOf(sign, StringComparison.Ordinal);
        var field = Fields.Find(text[..at].Trim());
        if (!Numbers.TryParse<double>(text[(at + sign.Length)..], out var number))
        {
            throw new SettingException($"--where {field.Name} cannot be compared with '{Printable.Name(text[(at + sign.Length)..])}'; it takes {Numbers.Expected<double>($"--where {field.Name}{sign}")}.");
        }

        return new EntryCondition(facts => field.Value(facts) is { } value && holds(value, number));
    }

    private sealed record Field(string Name, Func<EntryFacts, double?> Value);
}
