using Tombola.Landscape;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>The levels of IMP with one rewinding step, dense one first, as a study measured them.</summary>
/// <param name="Step">The step k.</param>
/// <param name="Levels">A row for every level.</param>
/// <param name="Line">The highest error that matches.</param>
internal sealed record LevelChain(long Step, IReadOnlyList<StudyRow> Levels, double Line)
{
    /// <summary>The paper's claims are about levels with less than half of the weights: its scatter starts at 41 %. Denser ones can match without being connected.</summary>
    public const double AboutHalf = 0.45;

    /// <summary>The sparse levels, each with the one before.</summary>
    public IEnumerable<StudyRow> Sparse => Levels.Where(row => row.Level > 0 && row.Density < AboutHalf);

    /// <summary>Whether a level's solution is about as good as the dense network.</summary>
    public bool Matches(StudyRow row) => 1 - row.TestAccuracy.Mean <= Line;

    /// <summary>Whether it is connected to the solution of the level before: half-way, less than two points above the mean of both.</summary>
    public static bool IsConnected(StudyRow row) => row[SuccessiveLevels.MidpointBarrier].Mean < ErrorBarrier.StabilityThreshold;

    /// <summary>The sparse levels as pairs to be counted.</summary>
    public IEnumerable<ConnectedPair> Pairs => Sparse.Select(row => new ConnectedPair($"k = {InWords.Whole(Step)}, level {InWords.Whole(row.Level)}", IsConnected(row), Matches(row)));

    /// <summary>The first sparse level that is not connected to the one before; null if all are.</summary>
    public int? FirstApart => Sparse.FirstOrDefault(row => !IsConnected(row))?.Level;

    /// <summary>The first sparse level that does not match; null if all do.</summary>
    public int? FirstWorse => Sparse.FirstOrDefault(row => !Matches(row))?.Level;

    /// <summary>Whether both come within a level of each other; a level that never comes is the one after the last.</summary>
    public bool OnsetsMeet => Math.Abs((FirstApart ?? Levels.Count) - (FirstWorse ?? Levels.Count)) <= 1;

    /// <summary>The highest error that matches, by the preset's rule.</summary>
    public static double LineOf(Preset preset, StudyRow dense) => MatchingRule.Parse(preset.Matching).Line(1 - dense.TestAccuracy.Mean, dense.TestAccuracy.Sd);
}
