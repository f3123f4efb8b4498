namespace Tombola.Papers.Lmc;

/// <summary>What Frankle et al. 2020 (arXiv 1912.05671) say of their networks.</summary>
internal static class LmcFindings
{
    /// <summary>Properties that studies decide.</summary>
    public const string
        StableAtStart = "stable at step 0",
        StableLater = "stable at a later step",
        StableThroughout = "stable at every step",
        ControlsBehind = "controls stable only where the ticket is",
        MatchingWhereStable = "matching only where stable",
        StableWhereMatching = "stable only where matching",
        NoControlMatches = "no control matches",
        FitsBetterWhereStable = "smaller training error where stable",
        MatchingLevelsStable = "stable at levels that match",
        StableBeforeMatching = "stable at the first step that matches",
        RandomNotBefore = "random pruning not before the ticket",
        RandomLater = "random pruning later than the ticket",
        ApartEarly = "apart in the first half",
        ConnectedThroughout = "connected throughout",
        DistanceTells = "functional distance tells";

    private const string LeNet = "LeNet", ResNet20 = "ResNet-20", Vgg16 = "VGG-16", Standard = "standard", Low = "low", Warmup = "warmup";

    /// <summary>Numbers are error barriers from step 0 on the test set.</summary>
    public static IReadOnlyList<Finding> All { get; } =
    [
        new("lmc/fig2", StableAtStart, true, LeNet, null, "LeNet on MNIST is stable to SGD noise from initialisation.", 0.0033, "figures 2 and 3"),
        new("lmc/fig2", StableAtStart, false, ResNet20, null, "ResNet-20 on CIFAR-10 is not stable to SGD noise at initialisation.", 0.8113, "figures 2 and 3"),
        new("lmc/fig2", StableAtStart, false, Vgg16, null, "VGG-16 on CIFAR-10 is not stable to SGD noise at initialisation.", 0.836, "figures 2 and 3"),

        new("lmc/fig3", StableThroughout, true, LeNet, null, "LeNet is stable from initialisation.", 0.0033, "figure 3"),
        .. Separated(ResNet20, 0.8113),
        .. Separated(Vgg16, 0.836),

        new("lmc/fig4", StableLater, true, null, null, "Copies that train for T steps become stable too when they share an early part of training: it is not the shorter training.", null, "figure 4"),

        .. TicketStable(LeNet, Standard, 0.0002),
        .. TicketStable(ResNet20, Low, 0.0005),
        .. TicketStable(ResNet20, Warmup, 0.001),
        .. TicketStable(Vgg16, Low, 0.0002),
        .. TicketStable(Vgg16, Warmup, 0.0002),
        .. TicketNotStable(ResNet20, 0.7872),
        .. TicketNotStable(Vgg16, 0.8077),

        new("lmc/fig7", MatchingWhereStable, true, null, null, "Tickets match the dense network only where they are stable.", null, "figure 7 and section 4.2"),
        new("lmc/fig7", StableWhereMatching, true, null, null, "Tickets that are stable match the dense network.", null, "figure 7 and section 4.2"),
        new("lmc/fig7", NoControlMatches, true, null, null, "No control matches at this density.", null, "figure 7 and section 4.2"),

        .. new[] { ResNet20, Vgg16 }.Select(network => new Finding(
            "lmc/fig8", FitsBetterWhereStable, true, network, null, "Tickets fit the training set better at steps where they are stable than at steps where they are not.", null, "figure 8")),

        new("lmc/fig9", MatchingLevelsStable, true, null, null, "Tickets match only at levels at which they become stable.", null, "figure 9"),
        new("lmc/fig9", StableBeforeMatching, true, null, null, "With about half of the weights or fewer, the step at which tickets first match is one at which they are stable.", null, "figure 9"),
        new("lmc/fig9", RandomNotBefore, true, null, null, "At no level does random pruning become stable, or match, at an earlier step than the ticket.", null, "figure 9"),
        new("lmc/fig9", RandomLater, true, null, null, "At the sparsest level at which tickets match, random pruning needs a later step to match, or matches at none.", null, "figure 9"),

        new("lmc/appendix-c", ApartEarly, true, null, null, "Copies that end apart come apart early: in the first half of their training.", null, "appendix C"),
        new("lmc/appendix-c", ConnectedThroughout, true, null, null, "Copies that end connected never have a barrier of two points or more.", null, "appendix C"),

        new("lmc/appendix-g", DistanceTells, true, null, null, "Some functional distance is smaller where networks are stable.", null, "appendix G"),
    ];

    private static Finding[] Separated(string network, double barrier) =>
    [
        new("lmc/fig3", StableAtStart, false, network, Standard, $"Copies of {network} that share nothing but their initialisation are separated by an error barrier.", barrier, "figure 3"),
        new("lmc/fig3", StableLater, true, network, Standard, $"Copies of {network} that share an early part of training are not.", null, "figure 3"),
    ];

    private static Finding[] TicketStable(string network, string variant, double barrier) =>
    [
        new("lmc/fig5", StableAtStart, true, network, variant, $"The IMP ticket of {network} is stable from initialisation.", barrier, "figures 5 and 6"),
        new("lmc/fig6", StableThroughout, true, network, variant, $"The IMP ticket of {network} is stable at every rewinding step, from 0 on.", barrier, "figure 6"),
    ];

    private static Finding[] TicketNotStable(string network, double barrier) =>
    [
        new("lmc/fig5", StableAtStart, false, network, Standard, $"The IMP ticket of {network} is not stable at initialisation.", barrier, "figures 5 and 6"),
        new("lmc/fig6", StableAtStart, false, network, Standard, $"The IMP ticket of {network} is not stable at rewinding step 0.", barrier, "figure 6"),
        new("lmc/fig6", StableLater, true, network, Standard, "It is stable when rewound to a step early in training.", null, "figure 6"),
        new("lmc/fig6", ControlsBehind, true, network, Standard, "Neither control is stable at a step at which the ticket is not.", null, "figure 6"),
    ];
}
