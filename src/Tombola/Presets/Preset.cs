using Tombola.Data;
using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Pruning;
using Tombola.Reporting;
using Tombola.Training;

namespace Tombola.Presets;

/// <summary>A named setting of a replicate: network, data, recipe and pruning.</summary>
public sealed record Preset
{
    internal const string FreshNoise = "fresh", SameNoise = "same";

    /// <summary>As on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence: where the setting comes from.</summary>
    public required string Description { get; init; }

    /// <summary>Name of the architecture.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the initialiser of prunable weights.</summary>
    public required string Initializer { get; init; }

    /// <summary>Name of the initialiser of batch norm, for networks that have it.</summary>
    public string BatchNormInitializer { get; init; } = BatchNormInitializers.Default;

    /// <summary>File of the weights of step 0, the same for every replicate; null to draw them.</summary>
    public string? InitialState { get; init; }

    /// <summary>File of the mask under which everything is trained, and from which pruning goes on; null for all weights.</summary>
    public string? Mask { get; init; }

    /// <summary>Its data set.</summary>
    public required DatasetSpec Data { get; init; }

    /// <summary>How its networks are trained.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>Pruning strategy: the score by which weights are ranked.</summary>
    public string Pruning { get; init; } = "magnitude";

    /// <summary>How removals are shared out among layers: a distribution, with densities behind a colon if it takes some; null for the strategy's own, which is global.</summary>
    public string? Distribution { get; init; }

    /// <summary>Fraction of the remaining weights that each level removes.</summary>
    public double Fraction { get; init; } = 0.2;

    /// <summary>Search each level's fraction instead, the largest that keeps levels connected, down to the density of the last level (Paul et al. 2023); <c>fraction=adaptive</c> on the command line.</summary>
    public bool Adaptive { get; init; }

    /// <summary>SGD noise of the levels of iterative pruning: <c>fresh</c> at every level, or the <c>same</c> for the trunk and all levels of a replicate.</summary>
    public string LevelNoise { get; init; } = FreshNoise;

    /// <summary>Prune the dense network once to each level's density, instead of level by level.</summary>
    public bool OneShot { get; init; }

    /// <summary>Levels of iterative pruning.</summary>
    public int Levels { get; init; } = 20;

    /// <summary>Level that the figures about one density study.</summary>
    public int StudiedLevel { get; init; } = 15;

    /// <summary>Whether pruning spares the layer that gives the logits.</summary>
    public bool ExemptOutput { get; init; } = true;

    /// <summary>When studies of Paul et al. 2023 say that a network matches: points of test error above the mean of the dense networks, or <c>sd</c> for one standard deviation of theirs.</summary>
    public string Matching { get; init; } = MatchingRule.Usual;

    /// <summary>Their eps in points of test error: how much worse a network of the same linearly connected sublevel set may be.</summary>
    public double Tolerance { get; init; } = 0.5;

    /// <summary>Length of their brief retraining, which goes along the end of the schedule, as a part of training.</summary>
    public double Brief { get; init; } = 0.05;

    /// <summary>Training examples over which studies of Paul et al. 2023 take curvature.</summary>
    public int CurvatureExamples { get; init; } = Landscape.CurvatureSettings.DefaultExamples;

    /// <summary>Products with the Hessian that they spend on the ends of a spectrum; a third of that is spent on each further run of its quadrature, and a fifth on its trace.</summary>
    public int CurvatureProducts { get; init; } = 60;

    /// <summary>Points on a path, the ends included.</summary>
    public int Points { get; init; } = Landscape.LinearPath.DefaultPoints;

    /// <summary>Steps k of studies that look at many, as fractions of training; null for those of the paper.</summary>
    public IReadOnlyList<double>? RewindFractions { get; init; }

    /// <summary>The step k of studies of one, as a fraction of training: one from which tickets are expected to be stable; null for that of the paper.</summary>
    public double? LateRewind { get; init; }

    /// <summary>Where the papers show the setting; null where they do not.</summary>
    public PublishedSetting? Published { get; init; }

    /// <summary>What the papers leave open of the setting, and how it was decided.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>What the scale <c>tiny</c> makes of it.</summary>
    public ScaledDown Tiny { get; init; } = new(1.0 / 40) { RewindFractions = ScaledDown.FewRewindFractions, CurvatureExamples = ScaledDown.FewCurvatureExamples, CurvatureProducts = ScaledDown.FewCurvatureProducts };

    /// <summary>What the scale <c>small</c> makes of it.</summary>
    public ScaledDown Small { get; init; } = new(1.0 / 5);

    /// <exception cref="ArgumentException">A field is out of range; the message names it.</exception>
    public void Validate()
    {
        Architectures.Create(Model);
        Initializers.Find(Initializer);
        BatchNormInitializers.Find(BatchNormInitializer);
        PruningStrategies.Read(Pruning, Distribution);
        Recipe.Validate();
        Data.Validate();
        if (!(Fraction is > 0 and < 1)) throw new SettingException(FormattableString.Invariant($"The field fraction is {Fraction}; it must be above 0 and below 1."));
        if (Levels is < 0 or > 100) throw new SettingException($"The field levels is {Levels}; it must be from 0 to 100.");
        if (StudiedLevel < 0 || StudiedLevel > 100) throw new SettingException($"The field studiedLevel is {StudiedLevel}; it must be from 0 to 100.");
        if (LevelNoise is not (FreshNoise or SameNoise)) throw new SettingException($"The field levelNoise is '{Printable.Name(LevelNoise)}'; it must be {FreshNoise} or {SameNoise}.");
        if (Adaptive && OneShot) throw new SettingException("The field fraction is adaptive, which is searched level by level, and oneShot prunes once. Choose one of them.");
        if (!(Brief is > 0 and <= 1)) throw new SettingException(FormattableString.Invariant($"The field brief is {Brief}; it must be above 0 and at most 1."));
        _ = MatchingRule.Parse(Matching);
        if (!(Tolerance is > 0 and < 100)) throw new SettingException(FormattableString.Invariant($"The field tolerance is {Tolerance}; it must be above 0 and below 100 points: with 0, chance alone would decide what is connected."));
        if (LateRewind is { } late && !(late is >= 0 and < 1)) throw new SettingException(FormattableString.Invariant($"The field lateRewind is {late}; it must be at least 0 and below 1."));
        if (CurvatureExamples < 1) throw new SettingException($"The field curvatureExamples is {CurvatureExamples}; it must be 1 or more.");
        if (CurvatureProducts < 10) throw new SettingException($"The field curvatureProducts is {CurvatureProducts}; it must be 10 or more.");
        if (Points is < 2 or > 1001) throw new SettingException($"The field points is {Points}; it must be from 2 to 1001.");
    }
}
