using Tombola.Engine.Naming;
using Tombola.Jobs;

namespace Tombola.Studies;

/// <summary>What of a ticket may be taken away.</summary>
/// <param name="Name">As on the command line and in metadata.</param>
/// <param name="Description">Half a sentence for help.</param>
/// <param name="Job">The job that made it, for a copy; null where a dense network has none.</param>
internal sealed record TicketPart(string Name, string Description, Func<Ticket, int, Job?> Job)
{
    /// <summary>Which weights remain.</summary>
    public static TicketPart Mask { get; } = new("mask", "which weights remain", (ticket, _) => ticket.Mask);

    /// <summary>The ticket before its training.</summary>
    public static TicketPart Rewound { get; } = new("rewound", "the weights of step k under the mask", (ticket, _) => ticket.Rewound);

    /// <summary>The ticket after its training.</summary>
    public static TicketPart Trained { get; } = new("trained", "a copy at the end of its training", (ticket, copy) => ticket.Trained(copy));

    /// <summary>All parts.</summary>
    public static Registry<TicketPart> Registry { get; } = new("A ticket has no part", part => part.Name, [Mask, Rewound, Trained]);

    /// <summary>All that a file of this part is made of.</summary>
    /// <exception cref="SettingException">The dense network has no mask.</exception>
    public IReadOnlyList<Job> Jobs(Ticket ticket, int copy) =>
    [
        Job(ticket, copy) ?? throw new SettingException("Level 0 is the dense network, which has no mask. Give --level 1 or more."),
        .. this != Mask && ticket.Mask is { } mask ? new[] { mask } : [],
    ];
}
