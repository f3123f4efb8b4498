using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Studies;

namespace Tombola.Papers.Unmasking;

/// <summary>A level of IMP and the one before: the path between their solutions, of which the first copies are meant, since masks are made from these.</summary>
internal static class SuccessiveLevels
{
    /// <summary>Test error half-way. Every entry of the state is averaged, running statistics too.</summary>
    public static Measure<double> MidpointError { get; } = Of("midpointError", path => Midpoint(path).Error);

    /// <summary>That error less the mean of the two ends'.</summary>
    public static Measure<double> MidpointBarrier { get; } = Of("midpointBarrier", OverEnds);

    /// <summary>Barrier of the whole path over the mean of its ends.</summary>
    public static Measure<double> LevelBarrier { get; } = Of("levelBarrier", path => path.Barrier.Height);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Measure> All { get; } = [MidpointError, MidpointBarrier, LevelBarrier];

    /// <summary>From the solution of the level before (0) to that of a level (1), under what either has: the denser mask.</summary>
    public static PathJob Path(Replicate replicate, Condition condition) => Path(replicate, condition, condition with { Level = condition.Level - 1 });

    /// <summary>From the solution of another level, which is at least as dense.</summary>
    public static PathJob Path(Replicate replicate, Condition condition, Condition denser) => Odd(replicate.Path(condition, replicate.Copy(denser, 0), replicate.Copy(condition, 0)));

    /// <summary>With its middle among the points.</summary>
    public static PathJob Odd(PathJob path) => path with { Points = path.Points | 1 };

    /// <summary>The point half-way.</summary>
    public static PathPoint Midpoint(PathResult path) => path.Points.Single(point => point.Alpha == 0.5);

    /// <summary>Error half-way less the mean of the ends'.</summary>
    public static double OverEnds(PathResult path) => Midpoint(path).Error - ((path.Points[0].Error + path.Points[^1].Error) / 2);

    private static Measure<double> Of(string name, Func<PathResult, double> read) => Measure.OfReplicates(name, Path, read);
}
