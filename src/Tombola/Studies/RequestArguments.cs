using Tombola.Engine.Naming;
using Tombola.Landscape;
using Tombola.Presets;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>What a person may say of a study, as it was said: what is null is the study's, the preset's or the scale's own. <see cref="For(Study)"/> makes of it what is meant.</summary>
public sealed record RequestArguments
{
    /// <summary>Name of a preset; null for the study's own.</summary>
    public string? Preset { get; init; }

    /// <summary>Name of a scale: <c>tiny</c>, <c>small</c> or <c>paper</c>.</summary>
    public string Scale { get; init; } = Presets.Scale.Paper;

    /// <summary>Fields of the preset or its recipe, such as <c>learningRate=0.001</c>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>Length of training at the full scale.</summary>
    public StepCount? Steps { get; init; }

    /// <summary>Levels of pruning.</summary>
    public int? Levels { get; init; }

    /// <inheritdoc cref="StudyRequest.Replicates"/>
    public int? Replicates { get; init; }

    /// <inheritdoc cref="StudyRequest.Copies"/>
    public int? Copies { get; init; }

    /// <inheritdoc cref="StudyRequest.Rewind"/>
    public StepCount Rewind { get; init; }

    /// <inheritdoc cref="StudyRequest.Steps"/>
    public IReadOnlyList<StepCount>? At { get; init; }

    /// <inheritdoc cref="StudyRequest.Seed"/>
    public ulong Seed { get; init; } = 1;

    /// <inheritdoc cref="StudyRequest.Kernels"/>
    public string? Kernels { get; init; }

    /// <inheritdoc cref="StudyRequest.Backend"/>
    public string? Backend { get; init; }

    /// <inheritdoc cref="StudyRequest.Recalibration"/>
    public Recalibration? Recalibration { get; init; }

    /// <summary>What is asked of a study.</summary>
    /// <exception cref="SettingException">A name is not known, or a value cannot be.</exception>
    public StudyRequest For(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        return For(Preset ?? study.DefaultPreset);
    }

    /// <summary>What is asked of any study of a preset.</summary>
    /// <exception cref="SettingException">A name is not known, or a value cannot be.</exception>
    public StudyRequest For(string preset)
    {
        var (scale, meant) = (Presets.Scale.Find(Scale), PresetOf(preset));
        return new StudyRequest
        {
            Preset = meant,
            Scale = scale.Name,
            Replicates = Replicates ?? scale.ReplicatesOf(meant),
            Copies = Copies ?? scale.Copies,
            AskedCopies = Copies,
            Rewind = Rewind,
            Seed = Seed,
            Variants = [.. KnownPresets.VariantsOf(meant.Name).Select(variant => PresetOf(variant.Name))],
            Steps = At,
            Kernels = Kernels,
            Backend = Backend,
            Recalibration = Recalibration,
        };
    }

    /// <summary>The preset at the scale with everything set: steps are those of the full scale, network and data are final.</summary>
    public Preset PresetOf(string name)
    {
        var preset = Presets.Scale.Find(Scale).Shrink(Long(name));
        return Levels is { } levels ? preset with { Levels = levels, StudiedLevel = Math.Min(preset.StudiedLevel, levels) } : preset;
    }

    /// <summary>The recipe of that preset with further fields set: its steps, too, are those of the full scale.</summary>
    public Recipe RecipeOf(string name, IEnumerable<string> assignments)
    {
        ArgumentNullException.ThrowIfNull(assignments);
        var preset = Long(name);
        return Presets.Scale.Find(Scale).Shrink(preset with { Recipe = assignments.Aggregate(preset.Recipe, PresetFields.Set) }).Recipe;
    }

    /// <summary>The preset as long as at the full scale.</summary>
    private Preset Long(string name)
    {
        var preset = Presets.Scale.Find(Scale).Substitute(KnownPresets.Find(name));
        if (Steps is { } steps) preset = preset with { Recipe = preset.Recipe with { Steps = steps.ToString() } };
        return Set.Aggregate(preset, PresetFields.Set);
    }
}
