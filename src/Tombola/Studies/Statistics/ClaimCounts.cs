using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>How many claims came out.</summary>
internal static class ClaimCounts
{
    private static readonly Answer[] All = [Answer.Yes, Answer.No, Answer.Undecided];

    /// <summary>"✓" for what holds, "✗" for what does not, "?" for what is open.</summary>
    public static string Sign(Answer holds) => holds switch { Answer.Yes => "✓", Answer.No => "✗", _ => "?" };

    /// <summary>"3 ✓ 1 ✗ 2 ?": those that hold, those that do not, those left open; empty without claims.</summary>
    public static string Signs(IReadOnlyList<Claim> claims) =>
        string.Join(' ', Counts(claims).Zip(All).Where(pair => pair.First > 0).Select(pair => $"{pair.First} {Sign(pair.Second)}"));

    /// <summary>"Of 6 claims 3 hold, 1 does not, and 2 are undecided."; a sentence too where there is none.</summary>
    public static string Sentence(IReadOnlyList<Claim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (claims.Count == 0) return "At this setting there is no claim to judge.";
        var counts = Counts(claims);
        var (hold, fail, open) = (counts[0], counts[1], counts[2]);
        return $"Of {InWords.Count(claims.Count, "claim")} {hold} {(hold == 1 ? "holds" : "hold")}, {fail} {(fail == 1 ? "does" : "do")} not, and {open} {(open == 1 ? "is" : "are")} undecided.";
    }

    private static int[] Counts(IReadOnlyList<Claim> claims) => [.. All.Select(answer => claims.Count(claim => claim.Holds == answer))];
}
