using Tombola.Engine.Naming;
using Tombola.Training;

namespace Tombola.Presets;

/// <summary>How much of the published setting to run: steps, schedule, warmup and levels shrink together.</summary>
/// <param name="Name">The name that every result carries.</param>
/// <param name="Levels">Factor on the levels of pruning.</param>
/// <param name="Replicates">Replicates unless the preset or a person says otherwise.</param>
/// <param name="Copies">Copies of every network for each replicate, likewise.</param>
/// <param name="Description">A sentence.</param>
/// <param name="ShrinkingOf">What the scale makes of a preset.</param>
public sealed record Scale(string Name, double Levels, int Replicates, int Copies, string Description, Func<Preset, ScaledDown> ShrinkingOf)
{
    /// <summary>Name of the scale that changes nothing.</summary>
    public const string Paper = "paper";

    private static readonly Registry<Scale> Known = new("There is no scale", scale => scale.Name,
    [
        new("tiny", 0.25, 1, 2, "few steps, a quarter of the levels, one replicate; convolutional presets with a narrow network on drawn images: does it run?", preset => preset.Tiny),
        new("small", 1, 2, 2, "a part of the steps that two cores can do: what will come out, roughly?", preset => preset.Small),
        new(Paper, 1, 3, 3, "the published setting; three replicates with three copies of every network, which make three pairs", _ => ScaledDown.None),
    ]);

    /// <summary>All scales, smallest first.</summary>
    public static IReadOnlyList<Scale> All => Known.All;

    /// <inheritdoc cref="Registry{T}.Find"/>
    public static Scale Find(string name) => Known.Find(name);

    /// <summary>The preset at this scale.</summary>
    public Preset Apply(Preset preset) => Shrink(Substitute(preset));

    /// <summary>The preset with the network and data of this scale, as long as before. Comes before what a person sets, so that it can be changed again.</summary>
    public Preset Substitute(Preset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        return ShrinkingOf(preset).Substitute(preset);
    }

    /// <summary>The preset with the length of this scale: comes after what a person sets, so that steps are always those of the full scale.</summary>
    public Preset Shrink(Preset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        var steps = ShrinkingOf(preset).Steps;
        if (steps == 1 && Levels == 1) return preset;
        return preset with
        {
            Levels = (int)Math.Ceiling(preset.Levels * Levels),
            StudiedLevel = (int)Math.Ceiling(preset.StudiedLevel * Levels),
            Recipe = preset.Recipe with
            {
                Steps = Shrink(preset.Recipe.Steps, steps),
                Warmup = Shrink(preset.Recipe.Warmup, steps),
                Milestones = string.Join(',', preset.Recipe.Milestones.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(milestone => Shrink(milestone, steps))),
            },
        };
    }

    /// <summary>Replicates unless a person says otherwise.</summary>
    public int ReplicatesOf(Preset preset) => ShrinkingOf(preset).Replicates ?? Replicates;

    private static string Shrink(string steps, double factor)
    {
        var count = StepCount.Parse(steps);
        return new StepCount((int)Math.Ceiling(count.Epochs * factor), (long)Math.Ceiling(count.Iterations * factor)).ToString();
    }
}
