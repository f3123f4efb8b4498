using Tombola.Training;

namespace Tombola.Studies;

/// <summary>How much of the published setting to run: steps, schedule, warmup and levels shrink together.</summary>
/// <param name="Name">The name that every result carries.</param>
/// <param name="Steps">Factor on all steps.</param>
/// <param name="Levels">Factor on the levels of pruning.</param>
/// <param name="Replicates">Replicates unless told otherwise.</param>
/// <param name="Description">A sentence.</param>
public sealed record Scale(string Name, double Steps, double Levels, int Replicates, string Description)
{
    private static readonly IReadOnlyList<Scale> Known =
    [
        new("tiny", 0.025, 0.25, 1, "a fortieth of the steps, a quarter of the levels, one replicate: does it run?"),
        new("small", 0.2, 1, 2, "a fifth of the steps, two replicates: what will come out, roughly?"),
        new("paper", 1, 1, 3, "the published setting, three replicates"),
    ];

    public static IReadOnlyList<Scale> All => Known;

    /// <exception cref="ArgumentException">There is no such scale.</exception>
    public static Scale Find(string name) => Known.FirstOrDefault(scale => scale.Name == name)
        ?? throw new ArgumentException($"There is no scale '{name}'. {NearestName.Hint(name, Known.Select(scale => scale.Name))}");

    /// <summary>The preset at this scale.</summary>
    public Preset Apply(Preset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        if (Steps == 1 && Levels == 1) return preset;
        return preset with
        {
            Levels = Shrink(preset.Levels),
            StudiedLevel = Shrink(preset.StudiedLevel),
            Recipe = preset.Recipe with
            {
                Steps = Shrink(preset.Recipe.Steps),
                Warmup = Shrink(preset.Recipe.Warmup),
                Milestones = string.Join(',', preset.Recipe.Milestones.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Shrink)),
            },
        };
    }

    private int Shrink(int levels) => (int)Math.Ceiling(levels * Levels);

    private string Shrink(string steps)
    {
        var count = StepCount.Parse(steps);
        return new StepCount((int)Math.Ceiling(count.Epochs * Steps), (long)Math.Ceiling(count.Iterations * Steps)).ToString();
    }
}
