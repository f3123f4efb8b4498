using Tombola.Engine.Naming;
using Tombola.Papers.Lmc;
using Tombola.Papers.Stabilizing;
using Tombola.Papers.Tickets;
using Tombola.Studies;

namespace Tombola.Papers;

/// <summary>The studies by name. A new one is one file and one line here.</summary>
public static class StudyCatalogue
{
    private static readonly IReadOnlyList<Study> Known =
    [
        TicketStudy.Create("quickstart", "lenet-glyphs"),
        TicketStudy.Create("lenet-mnist", "lenet-mnist"),
        DensePathStudy.Study,
        DenseInstabilityStudy.Study,
        RestartStudy.Study,
        AccuracyTableStudy.Study,
        SparsePathStudy.Study,
        SparseInstabilityStudy.Study,
        ErrorByStepStudies.Test,
        ErrorByStepStudies.Train,
        LevelOnsetStudy.Study,
        StateAtStepStudy.Study,
        EpochBarrierStudy.Study,
        DistanceStudy.Study,
        LearningRateStudy.Study,
        StabilityTableStudy.Study,
        StabilityByStepStudy.Study,
        LateResettingStudy.Study,
        ImageNetStudy.Study,
        PruningAtStartStudy.Study,
    ];

    public static IReadOnlyList<Study> All => Known;

    /// <summary>The names of papers of which there are several studies, such as <c>lmc</c>.</summary>
    public static IEnumerable<string> Papers => Known.Where(study => study.Name.Contains('/', StringComparison.Ordinal)).Select(study => study.Name.Split('/')[0]).Distinct();

    /// <summary>The studies of a paper, or all; null if the name is neither's.</summary>
    public static IReadOnlyList<Study>? OfPaper(string name) => name == PaperRunner.Every ? Known : Papers.Contains(name) ? [.. Known.Where(study => study.Name.StartsWith(name + "/", StringComparison.Ordinal))] : null;

    /// <exception cref="ArgumentException">There is no such study; the message names the nearest and all others.</exception>
    public static Study Find(string name) => Known.FirstOrDefault(study => study.Name == name)
        ?? throw new ArgumentException($"There is no study '{name}'. {NearestName.Hint(name, Known.Select(study => study.Name).Concat(Papers).Append(PaperRunner.Every))}");
}
