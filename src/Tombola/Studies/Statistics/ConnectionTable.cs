using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>Two neighbouring levels of IMP: whether their solutions are connected, and whether the sparser one matches.</summary>
/// <param name="Name">Such as <c>k = 500, level 8</c>.</param>
/// <param name="Connected">No barrier between them.</param>
/// <param name="Matching">The sparser one is about as good as the dense network.</param>
internal sealed record LevelPair(string Name, bool Connected, bool Matching);

/// <summary>"Connected if and only if matching", counted: a table of two by two with its exceptions (Paul et al. 2023).</summary>
/// <param name="Pairs">Every pair that is counted.</param>
internal sealed record ConnectionTable(IReadOnlyList<LevelPair> Pairs)
{
    /// <summary>Of the paper's own points one in ten is an exception, near the line where one changes into the other.</summary>
    private const double Tolerated = 0.1;

    /// <summary>Pairs with both properties as given.</summary>
    public int Count(bool connected, bool matching) => Pairs.Count(pair => (pair.Connected, pair.Matching) == (connected, matching));

    /// <summary>Pairs that are one without the other.</summary>
    public IReadOnlyList<LevelPair> Exceptions => [.. Pairs.Where(pair => pair.Connected != pair.Matching)];

    /// <summary>Whether both go together, but for one pair in ten; undecided where all pairs are alike, for then nothing is told apart.</summary>
    public Answer Together => Pairs.Select(pair => pair.Connected).Distinct().Count() < 2 && Pairs.Select(pair => pair.Matching).Distinct().Count() < 2
        ? Pairs.Count > 0 && Exceptions.Count > 0 ? Answer.No : Answer.Undecided
        : Answers.Of(Exceptions.Count <= Tolerated * Pairs.Count);

    /// <summary>A sentence with all four counts, and the exceptions by name.</summary>
    public string Sentence => $"Of {InWords.Count(Pairs.Count, "pair")} of levels {Count(true, true)} are connected and match, {Count(false, false)} do neither, {Count(true, false)} are connected only and {Count(false, true)} match only"
        + (Exceptions.Count == 0 ? "." : $" (the exceptions: {string.Join("; ", Exceptions.Select(pair => pair.Name))}).");

    /// <summary>The four counts as a table.</summary>
    public Table Table => new(
        "two-by-two",
        "Are levels connected to the one before where they match?",
        [new TableColumn(""), new TableColumn("Matching", true), new TableColumn("Not matching", true)],
        [Row("Connected", true), Row("Not connected", false)]);

    private string[] Row(string title, bool connected) => [title, InWords.Whole(Count(connected, true)), InWords.Whole(Count(connected, false))];
}
