namespace Tombola.Papers.Tickets;

/// <summary>What both papers say of tickets wherever these are found, on other data and networks than theirs too.</summary>
internal static class TicketFindings
{
    public static Finding Exist { get; } = Of("tickets match", "Winning tickets exist: some sparse network that IMP finds matches the dense one.", "Frankle and Carbin 2019, figure 1");

    public static Finding Stable { get; } = Of("matching tickets are stable", "Tickets that match are stable to SGD noise (barrier below 2 points).", "Frankle et al. 2020, section 4");

    public static Finding BeatControls { get; } = Of("ticket beats its controls", "At {0} the ticket beats {1} (by {2}).", "Frankle and Carbin 2019, section 2; Frankle et al. 2020, table 2");

    private static Finding Of(string property, string statement, string source) => new("lenet-mnist", property, true, null, null, statement, null, source);
}
