namespace Tombola.Papers.Stabilizing;

/// <summary>What Frankle et al. 2019 (arXiv 1903.01611) say of their networks: tickets reset to step 0 match at a low rate or with warmup, and else only when they are reset to a later step.</summary>
internal static class StabilizingFindings
{
    /// <summary>Properties that studies decide.</summary>
    public const string
        TicketMatches = "ticket of step 0 matches",
        SomeTicketMatches = "some ticket of step 0 matches at the level studied or below",
        BeatsReinitialisation = "ticket beats random reinitialisation",
        MoreStableLater = "more stable from later steps",
        HalvedEarlier = "distances halve earlier than random pruning's",
        MatchesLaterOnly = "matches when rewound, and not at step 0",
        LateReachesFurther = "late tickets match at lower densities",
        BeatsSnip = "ticket beats SNIP";

    private const string LeNet = "LeNet", ResNet18 = "Resnet-18", Vgg19 = "VGG-19", Standard = "standard", Low = "low", Warmup = "warmup";

    /// <summary>Numbers are the ticket's accuracies in figure 3; in figure 5 the step of late resetting.</summary>
    public static IReadOnlyList<Finding> All { get; } =
    [
        new("scale/fig4", MoreStableLater, true, null, null, "The later the IMP ticket is rewound to, the more stable it is: all four distances are smaller from step {0} than from step 0.", null, "figure 4"),
        new("scale/fig4", HalvedEarlier, true, null, null, "They fall to half of what they are from step 0 at an earlier step for the IMP ticket than for random pruning.", null, "figure 4"),

        .. Matching(LeNet, Standard, 0.983),
        .. NotMatching(ResNet18, 0.877, lateStep: 500),
        .. Matching(ResNet18, Low, 0.891),
        .. Matching(ResNet18, Warmup, 0.903),
        .. NotMatching(Vgg19, 0.9, lateStep: 100),
        .. Matching(Vgg19, Low, 0.91),
        .. Matching(Vgg19, Warmup, 0.924),

        new("scale/fig9", BeatsSnip, true, null, null, "Tickets of step 0 that match the dense network are more accurate than SNIP's networks of the same density.", null, "figure 9"),
    ];

    private static Finding[] Matching(string network, string variant, double accuracy) =>
    [
        new("scale/fig1", TicketMatches, true, network, variant, "{0}: the ticket of step 0 matches the dense network at {1} of the weights.", accuracy, "figures 1 and 3"),
        new("scale/fig1", BeatsReinitialisation, true, network, variant, "{0}: there it is more accurate than the same mask on newly drawn weights.", accuracy, "figure 1"),
        new("scale/fig4", TicketMatches, true, network, variant, "The ticket matches the dense network from step 0 on.", accuracy, "figures 3 and 4"),
    ];

    private static Finding[] NotMatching(string network, double accuracy, long lateStep) =>
    [
        new("scale/fig1", SomeTicketMatches, false, network, Standard, "{0}: tickets of step 0 do not match the dense network at {1} of the weights and below.", accuracy, "figures 1 and 3"),
        new("scale/fig4", MatchesLaterOnly, true, network, Standard, "The ticket of step 0 does not match the dense network, and one rewound to a later step does.", accuracy, "figures 3 and 4"),
        new("scale/fig5", LateReachesFurther, true, network, Standard, "Tickets rewound to the later step match the dense network at lower densities than tickets reset to step 0.", lateStep, "figure 5"),
    ];
}
