using Tombola.Engine.Naming;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>What the paper leaves open and its studies decide alike.</summary>
internal static class UnmaskingChoices
{
    public static Choice Connected { get; } = new("Connected levels", "half-way less than two points above the mean of the ends", "The paper says that the barrier vanishes; below two points networks count as connected in Frankle et al. 2020. The barrier of the whole path is given besides.");

    public static Choice Solution { get; } = new("Solution of a level", "its first copy, in every replicate", "The next mask is made from it; every entry of the state is averaged half-way, running statistics too, and the path is evaluated under the denser mask.");

    /// <summary>eps.</summary>
    public static Choice Sublevel(Preset preset) => new(
        "Linearly connected sublevel set", FormattableString.Invariant($"at most {preset.Tolerance:0.##} points above the solution, all along the line"), "The paper's eps is not known; half a point is the authors' line for matching (--set tolerance=POINTS).");

    /// <summary>The rule by which a network matches, refused where a replicate too few is there for it.</summary>
    /// <exception cref="SettingException">A spread is asked for, and there is only one initialisation.</exception>
    public static MatchingRule Rule(StudyContext context)
    {
        var rule = MatchingRule.Parse(context.Preset.Matching);
        return rule.Points is not null || context.Replicates.Count > 1 ? rule : throw new SettingException(
            $"By matching={MatchingRule.Spread} networks match within the spread of the dense networks of several initialisations, and there is one only. Give --replicates 2 or more, or points: --set matching={MatchingRule.Usual}.");
    }

    public static Choice Matching(MatchingRule rule) => new(
        "Matching", rule.Words, "The authors' working line is half a point. Frankle et al. 2020 have 0.2 points (--set matching=0.2), or one standard deviation (--set matching=sd).");

    /// <summary>The step k of studies that look at one.</summary>
    public static Choice Step(long step, StudyContext context) =>
        new("Rewinding step", $"{InWords.Whole(step)} of {InWords.Whole(context.Total)}", "As asked for with --rewind; else the scale's own, or the paper's 2,000 for ResNet-20 in proportion to the length of training.");
}
