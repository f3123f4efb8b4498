using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>A question to networks: the jobs that answer it, and what to make of their results.</summary>
/// <param name="Name">Such as <c>lmc/fig3</c>.</param>
/// <param name="Question">What it asks, in a sentence.</param>
/// <param name="Source">The paper's figure or table, or where the study comes from.</param>
/// <param name="DefaultPreset">Name of the preset it runs with unless told otherwise.</param>
/// <param name="Design">Jobs and conclusion for a request.</param>
public sealed record Study(string Name, string Question, string Source, string DefaultPreset, Func<StudyContext, StudyDesign> Design);

/// <summary>The jobs of a study, and the conclusion from their results.</summary>
/// <param name="Jobs">Whose results the conclusion reads.</param>
/// <param name="Conclude">Reads the finished jobs from a store.</param>
public sealed record StudyDesign(IReadOnlyList<Job> Jobs, Func<Store, StudyOutcome> Conclude);

/// <summary>What a study found.</summary>
/// <param name="Verdict">The answer in a sentence or two.</param>
/// <param name="Rows">The numbers behind it.</param>
/// <param name="Claims">What the paper says, and whether it came out.</param>
/// <param name="Figures">The pictures.</param>
public sealed record StudyOutcome(string Verdict, IReadOnlyList<StudyRow> Rows, IReadOnlyList<Claim> Claims, IReadOnlyList<Figure> Figures);

/// <summary>One setting of a study, over its replicates. Fractions, not percent; a spread is the sample standard deviation over replicates.</summary>
/// <param name="Level">Level of iterative pruning; 0 is dense.</param>
/// <param name="Density">Fraction of prunable weights that remain.</param>
/// <param name="Mask"><c>imp</c>, <c>random-pruning</c> or <c>random-reinitialisation</c>.</param>
/// <param name="Rewind">Step k that training started from.</param>
/// <param name="Replicates">Number of replicates.</param>
/// <param name="TestAccuracy">Mean test accuracy at the end of training.</param>
/// <param name="TestAccuracySd">Its spread; null for one replicate.</param>
/// <param name="Barrier">Mean error barrier between two copies, over the mean of the ends, on the test set; null if none was walked.</param>
/// <param name="BarrierSd">Its spread.</param>
/// <param name="ChordBarrier">Mean barrier over the chord between the ends.</param>
/// <param name="TrainBarrier">Mean barrier on the training set.</param>
/// <param name="TrainBarrierSd">Its spread.</param>
/// <param name="L2">Mean Euclidean distance between the copies' weights, on the mask; null if there is one copy.</param>
/// <param name="Angle">Mean angle between them, degrees.</param>
/// <param name="PredictionDifference">Mean fraction of test examples that the copies classify differently.</param>
/// <param name="LossDistance">Mean Euclidean distance between their per-example test losses, nats.</param>
/// <param name="Stable">Mean barrier below two points.</param>
/// <param name="Matching">Accuracy at most 0.2 points below the dense networks' mean; null where there is nothing to match.</param>
/// <param name="MatchingWithinSd">Accuracy at most one spread of the dense networks below their mean.</param>
public sealed record StudyRow(
    int Level,
    double Density,
    string Mask,
    long Rewind,
    int Replicates,
    double TestAccuracy,
    double? TestAccuracySd,
    double? Barrier,
    double? BarrierSd,
    double? ChordBarrier,
    double? TrainBarrier,
    double? TrainBarrierSd,
    double? L2,
    double? Angle,
    double? PredictionDifference,
    double? LossDistance,
    bool? Stable,
    bool? Matching,
    bool? MatchingWithinSd);
