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
        ConnectedLater = "connected further down from a later step",
        FurtherFromDense = "higher error half-way from the dense network",
        GrowsFromDense = "barrier to the dense network grows",
        InSetWhereMatching = "in the sublevel set if and only if matching",
        CostsLittleAfterRewinding = "pruning a rewound solution costs little",
        CostGrows = "pruning costs more at sparse levels",
        RobustWhereConnected = "robust if and only if connected",
        AboveChance = "masked rewind point above chance",
        CheaperAfterRewinding = "pruning costs less after weight rewinding than after fine-tuning",
        CostGrowsWithout = "pruning without retraining costs ever more",
        NewSmallWeights = "more new small weights after weight rewinding",
        LateFallsAway = "rewinding to late steps falls away",
        SavesSteps = "0.7 of the steps",
        RandomMeetsBound = "random pruning meets the bound",
        MagnitudeBeatsRandom = "magnitude pruning beats random pruning",
        PrunedAreFlat = "pruned directions are flat";

    private const string Levels = "unmasking/levels", DenseMidpoint = "unmasking/dense-midpoint", Projection = "unmasking/projection", Perturbation = "unmasking/perturbation", Retraining = "unmasking/retraining", Ratio = "unmasking/ratio";

    public static IReadOnlyList<Finding> All { get; } =
    [
        new(Levels, ConnectedWhereMatching, true, null, null,
            "With less than half of the weights, the solutions of neighbouring levels are connected if and only if the sparser one matches the dense network (published: 18 of 19 that match; here {0}).", null, "successive levels"),
        new(Levels, OnsetsTogether, true, null, null, "The first level with a barrier to the one before, and the first that does not match, are at most one level apart, for every step k.", null, "successive levels"),
        new(Levels, ApartFromStart, true, ResNet20, "standard", "Rewound to step 0, neighbouring levels of ResNet-20 are separated by an error barrier at every level with less than half of the weights.", null, "successive levels"),
        new(Levels, ConnectedLater, true, ResNet20, "standard", "The later the step k, the lower the density down to which neighbouring levels of ResNet-20 are connected.", null, "successive levels"),

        new(DenseMidpoint, FurtherFromDense, true, null, null, "Half-way from the dense network to a sparse solution the error is higher than half-way from the level before.", null, "level 0 against level L"),
        new(DenseMidpoint, GrowsFromDense, true, null, null, "The sparser the solution, the higher the barrier to the dense network.", null, "level 0 against level L"),

        new(Projection, InSetWhereMatching, true, null, null, "With less than half of the weights, a level's solution lies in the linearly connected sublevel set of the level before if and only if it matches the dense network.", null, "theory of projections"),
        new(Projection, CostsLittleAfterRewinding, true, null, null, "Pruning the solution that weight rewinding led to costs next to nothing at 80 % of the weights (published: 91.76 % before, 91.84 % after).", 0.9184, "projections"),
        new(Projection, CostGrows, true, null, null, "Pruning costs more at the last level than at the first.", null, "projections"),

        new(Perturbation, RobustWhereConnected, true, null, null,
            "SGD is robust to a perturbation of the masked rewind point as long as the way to the next one if and only if the level is connected to the next.", null, "robustness of SGD"),
        new(Perturbation, AboveChance, true, null, null, "From level 2 on, masking alone throws the training loss of the rewind point above chance, {0} (published: 3.0 to 3.6).", null, "masked rewind points"),

        new(Retraining, CheaperAfterRewinding, true, null, null, "The next pruning costs less after weight rewinding than after fine-tuning (published: nothing, and half a point).", null, "projections"),
        new(Retraining, CostGrowsWithout, true, null, null, "Without retraining every further pruning costs more than the one before.", null, "projections"),
        new(Retraining, NewSmallWeights, true, null, null, "Retraining makes new small weights for the next pruning, weight rewinding more of them than brief retraining.", null, "the role of retraining"),
        new(Retraining, LateFallsAway, true, ResNet20, "standard", "Rewound to steps in the second half of training, sparse networks fall behind those rewound to an early one.", null, "rewinding to late steps"),

        new(Ratio, RandomMeetsBound, true, null, null, "The largest fraction that can be pruned at random is the one that the shape of the landscape foretells (within a tenth of the weights).", null, "largest prunable fraction"),
        new(Ratio, MagnitudeBeatsRandom, true, null, null, "By magnitude more can be pruned than at random.", null, "largest prunable fraction"),
        new(Ratio, PrunedAreFlat, true, null, null, "The directions that magnitude pruning takes away are flatter than the average direction.", null, "largest prunable fraction"),

        new("unmasking/adaptive", SavesSteps, true, null, null, "Adaptive pruning reaches the sparsest matching density of fixed fractions with at most 0.7 of the steps of training (published: 30 % less computation on CIFAR-100).", 0.7, "efficient adaptive pruning"),
    ];

    /// <summary>What the paper says of a preset, for one study.</summary>
    public static IReadOnlyList<Finding> Of(Preset preset, string study) =>
        [.. All.Where(finding => finding.Study == study && (finding.Network is null || (preset.Published is { } setting && finding.IsOf(setting))))];
}
