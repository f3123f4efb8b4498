namespace Tombola.Studies;

/// <summary>The studies by name. A new one is one file and one line here.</summary>
public static class StudyCatalogue
{
    private static readonly IReadOnlyList<Study> Known =
    [
        TicketStudy.Create("quickstart", "lenet-glyphs"),
        TicketStudy.Create("lenet-mnist", "lenet-mnist"),
        DensePathStudy.Study,
        InstabilityStudy.Dense("lmc/fig3", "lenet-mnist"),
        AccuracyTableStudy.Study,
        InstabilityStudy.Sparse,
        InstabilityStudy.Dense("stability-cifar10", "resnet20-cifar10", [0, 0.01, 0.03, 0.1, 0.25, 0.5], onTrainingSet: false),
    ];

    public static IReadOnlyList<Study> All => Known;

    /// <exception cref="ArgumentException">There is no such study; the message names the nearest and all others.</exception>
    public static Study Find(string name) => Known.FirstOrDefault(study => study.Name == name)
        ?? throw new ArgumentException($"There is no study '{name}'. {NearestName.Hint(name, Known.Select(study => study.Name))}");
}
