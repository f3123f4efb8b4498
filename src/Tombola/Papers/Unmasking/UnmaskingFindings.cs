using Tombola.Presets;

namespace Tombola.Papers.Unmasking;

/// <summary>What Paul et al. 2023 (arXiv 2210.03044) say. Most is said of sparse networks in general, and is looked at in every setting.</summary>
internal static class UnmaskingFindings
{
    /// <summary>The network of most of its figures.</summary>
    public const string ResNet20 = "ResNet-20";

    /// <summary>Properties that studies decide.</summary>
    public const string
        ConnectedWhereMatching = "levels connected if and only if they match",
        OnsetsTogether = "barrier and loss of matching set in together",
        ApartFromStart = "separated at every level from step 0",
        ConnectedLater = "connected further down from a later step";

    private const string Levels = "unmasking/levels";

    public static IReadOnlyList<Finding> All { get; } =
    [
        new(Levels, ConnectedWhereMatching, true, null, null,
            "With less than half of the weights, the solutions of neighbouring levels are connected if and only if the sparser one matches the dense network (published: 18 of 19 that match; here {0}).", null, "successive levels"),
        new(Levels, OnsetsTogether, true, null, null, "The first level with a barrier to the one before, and the first that does not match, are at most one level apart, for every step k.", null, "successive levels"),
        new(Levels, ApartFromStart, true, ResNet20, "standard", "Rewound to step 0, neighbouring levels of ResNet-20 are separated by an error barrier at every level with less than half of the weights.", null, "successive levels"),
        new(Levels, ConnectedLater, true, ResNet20, "standard", "The later the step k, the lower the density down to which neighbouring levels of ResNet-20 are connected.", null, "successive levels"),
    ];

    /// <summary>What the paper says of a preset, for one study.</summary>
    public static IReadOnlyList<Finding> Of(Preset preset, string study) =>
        [.. All.Where(finding => finding.Study == study && (finding.Network is null || (preset.Published is { } setting && finding.IsOf(setting))))];
}
