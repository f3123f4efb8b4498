namespace Tombola.Studies;

/// <summary>What was measured of one setting, over its replicates. Fractions, not percent; null what the study did not measure.</summary>
public sealed record StudyRow
{
    /// <summary>Name of the preset, where a study compares several.</summary>
    public string? Preset { get; init; }

    /// <summary>Level of pruning; 0 is dense.</summary>
    public required int Level { get; init; }

    /// <summary>Fraction of prunable weights that remain.</summary>
    public required double Density { get; init; }

    /// <summary>Name of the kind of network, such as <c>imp</c>; for a dense one too.</summary>
    public required string Mask { get; init; }

    /// <summary>Step k that training started from.</summary>
    public required long Rewind { get; init; }

    /// <summary>The copies trained T steps with the schedule from its beginning, instead of the T - k that were left.</summary>
    public bool Restarted { get; init; }

    /// <summary>Step at which the copies were compared, where it is not the end of training.</summary>
    public long? At { get; init; }

    /// <summary>Initialisations.</summary>
    public required int Replicates { get; init; }

    /// <summary>Copies trained for each of them.</summary>
    public required int Copies { get; init; }

    /// <summary>Test accuracy at the end of training, or at the step <see cref="At"/>; samples are copies.</summary>
    public required SampleStatistic TestAccuracy { get; init; }

    /// <summary>Error on the training set, without augmentation, at the end of training.</summary>
    public SampleStatistic? TrainError { get; init; }

    /// <summary>Error barrier over the mean of the ends, on the test set; samples are pairs of copies.</summary>
    public SampleStatistic? Barrier { get; init; }

    /// <summary>Error barrier over the chord between the ends, on the test set.</summary>
    public SampleStatistic? ChordBarrier { get; init; }

    /// <summary>The first barrier, on the training set.</summary>
    public SampleStatistic? TrainBarrier { get; init; }

    /// <summary>The second, on the training set.</summary>
    public SampleStatistic? TrainChordBarrier { get; init; }

    /// <summary>Euclidean distance between the weights of two copies, on the mask.</summary>
    public SampleStatistic? L2 { get; init; }

    /// <summary>Angle between them, degrees.</summary>
    public SampleStatistic? Angle { get; init; }

    /// <summary>1 less the cosine of that angle.</summary>
    public SampleStatistic? CosineDistance { get; init; }

    /// <summary>Fraction of test examples that two copies classify differently.</summary>
    public SampleStatistic? PredictionDifference { get; init; }

    /// <summary>Euclidean distance between their per-example test losses, nats.</summary>
    public SampleStatistic? LossDistance { get; init; }

    /// <summary>Euclidean distance between the network and the dense one trained in the same data order, on the mask.</summary>
    public SampleStatistic? PruningL2 { get; init; }

    /// <summary>Angle between those, degrees.</summary>
    public SampleStatistic? PruningAngle { get; init; }

    /// <summary>Euclidean distance between a branch and the ticket trained in the same data order, over all prunable weights.</summary>
    public SampleStatistic? TicketL2 { get; init; }

    /// <summary>Angle between those, degrees.</summary>
    public SampleStatistic? TicketAngle { get; init; }

    /// <summary>Fraction of test examples that those classify differently.</summary>
    public SampleStatistic? TicketPredictionDifference { get; init; }

    /// <summary>Test error of the dense network at step k, W_k, from which the copies start.</summary>
    public SampleStatistic? StartError { get; init; }

    /// <summary>Euclidean distance between the initial weights W_0 and W_k.</summary>
    public SampleStatistic? StartL2 { get; init; }

    /// <summary>Euclidean distance between W_k and the end of the first copy.</summary>
    public SampleStatistic? EndL2 { get; init; }

    /// <summary>Barrier below two points.</summary>
    public Answer? Stable { get; init; }

    /// <summary>Accuracy at most 0.2 points below the dense networks', replicate by replicate; null where there is nothing to match.</summary>
    public Answer? Matching { get; init; }

    /// <summary>Mean accuracy at most one standard deviation of the dense networks below theirs.</summary>
    public bool? MatchingWithinSd { get; init; }
}
