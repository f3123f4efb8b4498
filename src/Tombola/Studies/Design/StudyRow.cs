using System.Text.Json.Serialization;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>What was measured of one condition, over its replicates. Fractions, not percent.</summary>
/// <param name="Condition">The network.</param>
/// <param name="Density">Fraction of prunable weights that remain.</param>
/// <param name="Replicates">Initialisations.</param>
/// <param name="Copies">Copies trained for each of them.</param>
/// <param name="Statistics">The numbers, by the names of their measures.</param>
[JsonConverter(typeof(StudyRowJson))]
public sealed record StudyRow(Condition Condition, double Density, int Replicates, int Copies, Statistics Statistics)
{
    /// <summary>Name of the preset, where a study compares several.</summary>
    public string? Preset { get; init; }

    /// <summary>Step at which the copies were compared, where it is not the end of training.</summary>
    public long? At { get; init; }

    /// <summary>Barrier below two points; null if there is no barrier.</summary>
    public Answer? Stable { get; init; }

    /// <summary>Accuracy at most 0.2 points below the dense networks', replicate by replicate; null where there is nothing to match.</summary>
    public Answer? Matching { get; init; }

    /// <summary>Mean accuracy at most one standard deviation of the dense networks below theirs.</summary>
    public bool? MatchingWithinSd { get; init; }

    /// <summary>Level of pruning; 0 is dense.</summary>
    public int Level => Condition.Level;

    /// <summary>The kind of network; a dense one has one too.</summary>
    public NetworkKind Kind => Condition.Kind;

    /// <summary>Step k that training started from.</summary>
    public long StartStep => Condition.StartStep;

    /// <summary>What to call the network in legends and sentences.</summary>
    public string Title => Level > 0 ? Kind.Title : Density < 1 ? "given" : "dense";

    /// <summary>Test accuracy at the end of training, or at the step <see cref="At"/>; samples are copies.</summary>
    public SampleStatistic TestAccuracy => this[Measures.TestAccuracy];

    /// <summary>What a measure gave.</summary>
    /// <exception cref="ArgumentException">The study did not ask for it.</exception>
    public SampleStatistic this[Measure<double> measure] => Find(measure) ?? throw new ArgumentException($"The study did not measure {measure.Name} of {Title} at level {Level}; ask for it in its design.", nameof(measure));

    /// <summary>What a measure gave; null if the study did not ask for it.</summary>
    public SampleStatistic? Find(Measure<double> measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        return Statistics.Find(measure.Name);
    }

    /// <summary>Whether the study asked for a measure.</summary>
    public bool Has(Measure<double> measure) => Find(measure) is not null;
}
