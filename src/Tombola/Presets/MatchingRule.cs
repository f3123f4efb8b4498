using System.Globalization;
using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;

namespace Tombola.Presets;

/// <summary>When studies of Paul et al. 2023 say that a network matches the dense one: by so many points, or by the spread of the dense networks.</summary>
/// <param name="Points">Points of test error that it may lie above the mean of the dense networks; null for one standard deviation of theirs.</param>
internal sealed record MatchingRule(double? Points)
{
    /// <summary>The word for the spread of the dense networks.</summary>
    public const string Spread = "sd";

    /// <summary>The line that the authors work with.</summary>
    public const string Usual = "0.5";

    /// <summary>The rule that a text names.</summary>
    /// <exception cref="SettingException">It names none.</exception>
    public static MatchingRule Parse(string text) =>
        text == Spread ? new MatchingRule(Points: null)
        : Numbers.TryParse<double>(text, out var points) && points is > 0 and < 100 ? new MatchingRule(points)
        : throw new SettingException($"The field matching is '{Printable.Name(text)}'; it must be {Spread}, or points of test error above 0 and below 100, such as matching={Usual}.");

    /// <summary>Whether it says yes to fractions of errors.</summary>
    /// <param name="error">Mean of the network in question.</param>
    /// <param name="dense">Mean of the dense networks.</param>
    /// <param name="sd">Their standard deviation, where the rule needs it.</param>
    public bool Holds(double error, double dense, double? sd) => error <= Line(dense, sd);

    /// <summary>The highest error that matches.</summary>
    public double Line(double dense, double? sd) => dense + Above(sd);

    /// <summary>How far above the dense networks that lies.</summary>
    public double Above(double? sd) => Points is { } points ? points / 100 : sd ?? throw new InvalidOperationException("Whoever asks by the spread has made sure that there is one.");

    /// <summary>Half a sentence.</summary>
    public string Words => Points is { } points
        ? string.Create(CultureInfo.InvariantCulture, $"test error at most {points} points above the mean of the dense networks")
        : "test error at most one standard deviation of the dense networks above their mean";
}
