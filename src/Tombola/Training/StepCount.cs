using System.Globalization;
using System.Text.RegularExpressions;
using Tombola.Engine.Naming;

namespace Tombola.Training;

/// <summary>A number of optimiser updates in the grammar <c>500it</c>, <c>160ep</c>, <c>1ep20it</c>: whole epochs, then steps.</summary>
public readonly partial record struct StepCount(int Epochs, long Iterations)
{
    /// <summary>Reads a step; a bare number counts iterations.</summary>
    /// <exception cref="ArgumentException">The text is none; the message shows what one looks like.</exception>
    public static StepCount Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var match = Grammar().Match(text.Trim());
        if (!match.Success || match.Length == 0) throw Malformed(text);
        return Read(match.Groups["ep"], out var epochs) && epochs <= int.MaxValue && Read(match.Groups["it"], out var iterations)
            ? new StepCount((int)epochs, iterations)
            : throw Malformed(text);
    }

    /// <summary>The step as a count of optimiser updates, given how many make an epoch.</summary>
    public long ToIterations(int stepsPerEpoch) => checked(((long)Epochs * stepsPerEpoch) + Iterations);

    /// <inheritdoc/>
    public override string ToString() => (Epochs, Iterations) switch
    {
        (0, _) => string.Create(CultureInfo.InvariantCulture, $"{Iterations}it"),
        (_, 0) => string.Create(CultureInfo.InvariantCulture, $"{Epochs}ep"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Epochs}ep{Iterations}it"),
    };

    private static bool Read(Group group, out long value)
    {
        value = 0;
        return !group.Success || (long.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= 1L << 40);
    }

    private static SettingException Malformed(string text) =>
        new($"'{text}' is not a step. Steps look like 500it (updates), 160ep (epochs) or 1ep20it.");

    [GeneratedRegex(@"^(?=\d)((?<ep>\d+)ep)?((?<it>\d+)(it)?)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Grammar();
}
