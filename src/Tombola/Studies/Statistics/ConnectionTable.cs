using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>Two networks: whether they are connected, and whether the property is there that is said to go with it.</summary>
/// <param name="Name">Such as <c>k = 500, level 8</c>.</param>
/// <param name="Connected">No barrier between them.</param>
/// <param name="Other">Whether the sparser one matches the dense network, for instance.</param>
internal sealed record ConnectedPair(string Name, bool Connected, bool Other);

/// <summary>"Connected if and only if matching", counted: a table of two by two with its exceptions (Paul et al. 2023).</summary>
/// <param name="Connected">What is called connected, such as <c>connected</c>.</param>
/// <param name="Other">The property that goes with it, such as <c>matching</c>.</param>
/// <param name="Pairs">Every pair that is counted.</param>
internal sealed record ConnectionTable(string Connected, string Other, IReadOnlyList<ConnectedPair> Pairs)
{
    /// <summary>Of the paper's own points one in twenty is an exception, near the lines where one changes into the other.</summary>
    private const double Tolerated = 0.1;

    /// <summary>Pairs with both properties as given.</summary>
    public int Count(bool connected, bool other) => Pairs.Count(pair => (pair.Connected, pair.Other) == (connected, other));

    /// <summary>Pairs that have one without the other.</summary>
    public IReadOnlyList<ConnectedPair> Exceptions => [.. Pairs.Where(pair => pair.Connected != pair.Other)];

    /// <summary>Whether both go together, but for one pair in ten; undecided where all pairs have both, or none has either, for then nothing is told apart.</summary>
    public Answer Together => Exceptions.Count == 0 && (Count(true, true) == 0 || Count(false, false) == 0) ? Answer.Undecided : Answers.Of(Exceptions.Count <= Tolerated * Pairs.Count);

    /// <summary>A sentence with all four counts, and the exceptions by name.</summary>
    public string Sentence => $"Of {InWords.Count(Pairs.Count, "pair")} {Count(true, true)} are {Connected} and {Other}, {Count(false, false)} neither, {Count(true, false)} {Connected} only and {Count(false, true)} {Other} only"
        + (Exceptions.Count == 0 ? "." : $" (exceptions: {string.Join("; ", Exceptions.Select(pair => pair.Name))}).");

    /// <summary>The four counts as a table.</summary>
    public Table Table => new(
        "two-by-two",
        $"Pairs that are {Connected}, and pairs that are {Other}",
        [new TableColumn(""), new TableColumn(InWords.Capitalised(Other), true), new TableColumn($"Not {Other}", true)],
        [Row(InWords.Capitalised(Connected), true), Row($"Not {Connected}", false)]);

    private string[] Row(string title, bool connected) => [title, InWords.Whole(Count(connected, true)), InWords.Whole(Count(connected, false))];
}
