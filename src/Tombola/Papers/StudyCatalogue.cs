using Tombola.Engine.Naming;
using Tombola.Papers.Lmc;
using Tombola.Papers.Stabilizing;
using Tombola.Papers.Tickets;
using Tombola.Papers.Unmasking;
using Tombola.Studies;

namespace Tombola.Papers;

/// <summary>The studies by name. A new one is one file and one line here.</summary>
public static class StudyCatalogue
{
    /// <summary>Those that there are; a program that uses this library may add its own.</summary>
    public static Registry<Study> Registry { get; } = new("There is no study", study => study.Name,
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
        LevelsStudy.Study,
        DenseMidpointStudy.Study,
        ProjectionStudy.Study,
        PerturbationStudy.Study,
        RetrainingStudy.Study,
        SpectrumStudy.Study,
        RatioStudy.Study,
        AdaptiveStudy.Study,
    ]);

    /// <inheritdoc cref="Registry{T}.All"/>
    public static IReadOnlyList<Study> All => Registry.All;

    /// <summary>The names of papers of which there are several studies, such as <c>lmc</c>.</summary>
    public static IEnumerable<string> Papers => All.Where(study => study.Name.Contains('/', StringComparison.Ordinal)).Select(study => study.Name.Split('/')[0]).Distinct();

    /// <summary>The studies of a paper, or all; null if the name is neither's.</summary>
    public static IReadOnlyList<Study>? OfPaper(string name) => name == PaperRunner.Every ? All : Papers.Contains(name) ? [.. All.Where(study => study.Name.StartsWith(name + "/", StringComparison.Ordinal))] : null;

    /// <exception cref="ArgumentException">There is no such study; the message names the nearest and all others.</exception>
    public static Study Find(string name) => All.FirstOrDefault(study => study.Name == name)
        ?? throw new SettingException($"There is no study '{name}'. {NearestName.Hint(name, All.Select(study => study.Name).Concat(Papers).Append(PaperRunner.Every))}");
}
