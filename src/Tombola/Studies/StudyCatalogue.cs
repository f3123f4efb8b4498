using Tombola.Studies.AtScale;
using Tombola.Studies.Lmc;

namespace Tombola.Studies;

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

    /// <exception cref="ArgumentException">There is no such study; the message names the nearest and all others.</exception>
    public static Study Find(string name) => Known.FirstOrDefault(study => study.Name == name)
        ?? throw new ArgumentException($"There is no study '{name}'. {NearestName.Hint(name, Known.Select(study => study.Name))}");
}
