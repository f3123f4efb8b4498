using Tombola.Studies;
using Tombola.Training;

namespace Tombola.Papers.Unmasking;

/// <summary>A way to go on after pruning in which weights are kept: from which step of the schedule on.</summary>
/// <remarks>All of them are trainings of the solution before under the next mask, each with masks of its own from there on; they differ in where the schedule goes on.</remarks>
internal sealed class RetrainingMode
{
    private readonly long _rewind, _from;

    /// <param name="name">As in rows.</param>
    /// <param name="title">As in legends.</param>
    /// <param name="description">Half a sentence.</param>
    /// <param name="rewind">The step k that the dense network is trained from.</param>
    /// <param name="from">Step of the schedule.</param>
    private RetrainingMode(string name, string title, string description, long rewind, long from)
    {
        (_rewind, _from, Description) = (rewind, from, description);
        var before = new WeightSource(name, "the solution of the level before", (replicate, step) => replicate.At(step)) { OfCondition = (replicate, condition) => replicate.Copy(At(condition.Level - 1), 0) };
        var masks = new MaskSource(name, "pruning of the solution of the level before", (replicate, _, level) => replicate.NextMask(replicate.Copy(At(level - 1), 0), replicate.Mask(At(level - 1)), level));

        // In the data order of the ticket, so that nothing else differs.
        Kind = new NetworkKind(name, title, masks, before) { NoiseRole = NetworkKinds.Imp.NoiseRole };
    }

    /// <summary>The kind of its networks.</summary>
    public NetworkKind Kind { get; }

    /// <summary>What it does, in half a sentence.</summary>
    public string Description { get; }

    /// <summary>Its network at a level; at level 0 the dense one.</summary>
    public Condition At(int level) => level == 0 ? Condition.Dense(_rewind) : new Condition(Kind, _rewind, level) { From = _from };

    /// <summary>The modes of a setting; fine-tuning is left out where the rate is constant, for there it is rewinding of the learning rate.</summary>
    public static IReadOnlyList<RetrainingMode> Of(StudyContext context, long rewind)
    {
        var brief = context.Replicates[0].BriefFrom;
        List<RetrainingMode> modes = [new("learning-rate-rewinding", "learning-rate rewinding", $"weights kept, the schedule from step {rewind} on", rewind, rewind)];
        if (FineTuningFrom(context) is { } last && last > rewind) modes.Add(new RetrainingMode("fine-tuning", "fine-tuning", $"weights kept, the schedule from step {last} on", rewind, last));
        modes.Add(new RetrainingMode("brief-retraining", "brief retraining", $"weights kept, the last {context.Total - brief} steps of the schedule", rewind, brief));
        return modes;
    }

    /// <summary>Where the last learning rate begins: at the last milestone; a rate that falls to the end has none, and its last quarter is taken; null where the rate is constant.</summary>
    internal static long? FineTuningFrom(StudyContext context)
    {
        var recipe = context.Preset.Recipe;
        return recipe.Schedule switch
        {
            "constant" => null,
            "milestones" => recipe.Milestones.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(text => (long?)context.Iterations(StepCount.Parse(text))).Where(step => step < context.Total).Max(),
            _ => (long)Math.Round(0.75 * context.Total),
        };
    }
}
