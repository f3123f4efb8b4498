using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Presets;
using Tombola.Pruning;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Training;

namespace Tombola.Papers.Tickets;

/// <summary>An ablation by hand: a ticket retrained with another mask, other weights, another step or another recipe. What is null stays the ticket's.</summary>
public sealed record Branch
{
    /// <summary>Of the study, and of the branch's kind of network in rows.</summary>
    public const string Name = "branch";

    /// <summary>Name of the preset whose ticket it is unless told otherwise.</summary>
    public const string DefaultPreset = "lenet-glyphs";

    /// <summary>Level of the ticket, from 1; null for the one that the preset studies.</summary>
    public int? Level { get; init; }

    /// <summary>Where the mask comes from.</summary>
    public MaskSource? Masks { get; init; }

    /// <summary>Density of the mask, above 0 and below 1; only for masks that are made at once.</summary>
    public double? Density { get; init; }

    /// <summary>How the removals are shared out among layers, as presets say it; only for masks that are made at once.</summary>
    public string? Distribution
    {
        get;

        // A file is read once, so that every replicate has the same densities and the report says which.
        init => field = value is null ? null : PruningStrategies.Text(PruningStrategies.Read("magnitude", value));
    }

    /// <summary>Where the weights come from.</summary>
    public WeightSource? Weights { get; init; }

    /// <summary>Step of the weights, and of the schedule at the start.</summary>
    public StepCount? From { get; init; }

    /// <summary>Recipe of the retraining.</summary>
    public Recipe? Recipe { get; init; }

    /// <summary>The branch beside its ticket and the dense network, as a study of three rows.</summary>
    public Study Study => new(
        Name,
        "What becomes of a ticket that is retrained with another mask, other weights, another step or another recipe?",
        "An ablation by hand, of the ticket of Frankle et al. 2020, algorithm 2",
        DefaultPreset,
        Design);

    /// <summary>The ticket and its branch.</summary>
    /// <exception cref="ArgumentException">The branch cannot be made of this ticket, or is the ticket itself; the message says why.</exception>
    public (Condition Ticket, Condition Branch) Conditions(StudyContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var ticket = new Condition(NetworkKinds.Imp, context.Rewind, Level ?? context.Preset.StudiedLevel);
        if (ticket.Level < 1) throw new SettingException("A branch is made of a ticket, and level 0 is the dense network: it has no mask. Give --level 1 or more.");
        if (ticket.Level > 100) throw new SettingException($"The level is {ticket.Level}; it must be from 1 to 100.");
        var branch = ticket with
        {
            Kind = NetworkKinds.Imp with { Name = Name, Title = Name, Masks = MaskOf(), Weights = Weights ?? WeightSources.Rewound },
            From = From is { } from ? context.Iterations(from) : null,
            Retraining = Recipe is null ? null : RetrainingOf(context),
        };
        if (branch.StartStep >= context.Total) throw new SettingException($"The step {branch.StartStep} that the weights are taken from is not before the end of training, step {context.Total}.");
        if (branch.Retraining is { } retraining && branch.StartStep >= retraining.Total)
        {
            throw new SettingException($"The retraining starts at step {branch.StartStep} and would end at step {retraining.Total}. Take the weights from an earlier step with --from, or give --retrain steps=... a larger number.");
        }

        // The keys tell, whichever way the ticket's own mask, weights, step or recipe were asked for.
        return context.Replicates[0].Copy(branch, 0).Key != context.Replicates[0].Copy(ticket, 0).Key
            ? (ticket, branch)
            : throw new SettingException("Nothing was changed: this branch is the ticket itself. Change something with --mask, --density, --distribution, --weights, --from or --retrain.");
    }

    private MaskSource MaskOf()
    {
        var source = Masks ?? MaskSources.Imp;
        if (Density is null && Distribution is null) return source;
        if (source.ToDensity is not { } make)
        {
            var once = string.Join(", ", MaskSources.All.Where(other => other.ToDensity is not null).Select(other => other.Name));
            throw new SettingException(Density is null
                ? $"The mask '{source.Name}' is not made at once, so that its removals cannot be shared out in another way. Masks that are: {once}."
                : $"The mask '{source.Name}' has the density of its level; choose another level. Masks that can have any density: {once}.");
        }

        if (Density is { } density)
        {
            if (!(density is > 0 and < 1)) throw new SettingException(FormattableString.Invariant($"The density is {density}; it must be above 0 and below 1."));
            source = source with { Of = (replicate, rewind, _) => make(replicate, rewind, density) };
        }

        if (Distribution is not { } distribution) return source;
        var of = source.Of;
        return source with
        {
            Of = (replicate, rewind, level) => of(replicate, rewind, level) is PruneJob mask ? replicate.Distributed(mask, distribution) : throw new SettingException(
                $"The mask '{source.Name}' is not made by a score, so that there are no removals to share out. Leave out --distribution."),
        };
    }

    private Retraining RetrainingOf(StudyContext context)
    {
        Recipe!.Validate();
        return new Retraining(Recipe, context.TotalOf(Recipe));
    }

    private StudyDesign Design(StudyContext context)
    {
        Measure[] measures = [.. Measures.Barriers, .. Measures.Distances];
        var (ticket, branch) = Conditions(context);
        return StudyDesign.Of(
            context,
            [Condition.Dense(context.Rewind).Measured(), ticket.Measured(measures), branch.Measured([.. measures, .. Measures.Ticket])],
            rows => new StudyOutcome(Verdict(context, rows.Dense, rows[ticket], rows[branch]), rows, [], [Paths(rows, [ticket, branch])]) { Choices = Choices(context) });
    }

    private string Verdict(StudyContext context, StudyRow dense, StudyRow ticket, StudyRow branch) =>
        $"Retrained with {Changes(context)}, the ticket of {InWords.Percent(ticket.Density, 1)} of the weights reaches {InWords.Percent(branch.TestAccuracy.Mean)} against {InWords.Percent(ticket.TestAccuracy.Mean)} without the change "
        + $"and {InWords.Percent(dense.TestAccuracy.Mean)} dense: {Matches(branch)}; {Stable(branch)} (the ticket {Matches(ticket)} and is {Stable(ticket)}). "
        + $"Branch and ticket end {InWords.Fixed(branch[Measures.TicketL2].Mean, 2)} (L2) and {InWords.Fixed(branch[Measures.TicketAngle].Mean, 1)}° apart, and classify {InWords.Percent(branch[Measures.TicketPredictionDifference].Mean)} of the test examples differently.";

    private static string Matches(StudyRow row) => row.Matching switch { Answer.Yes => "matches", Answer.No => "does not match", _ => "may or may not match" };

    private static string Stable(StudyRow row) =>
        $"{row.Stable switch { Answer.Yes => "stable", Answer.No => "not stable", _ => "perhaps stable" }}, barrier {InWords.Points(row[Measures.Barrier].Mean)}";

    /// <summary>What was changed, in words.</summary>
    private string Changes(StudyContext context)
    {
        List<string> changes = [];
        if (Masks is { } masks && masks != MaskSources.Imp) changes.Add($"the mask '{masks.Name}' ({masks.Description}{(Density is { } density ? $", {InWords.Percent(density, 1)} of the weights" : "")}{(Distribution is { } distribution ? $", {distribution}" : "")})");
        if (Weights is { } weights && weights != WeightSources.Rewound) changes.Add($"the weights '{weights.Name}' ({weights.Description})");
        if (From is { } from && context.Iterations(from) != context.Rewind) changes.Add($"weights and schedule from step {context.Iterations(from)} instead of {context.Rewind}");
        if (Recipe is { } recipe)
        {
            changes.AddRange(from field in PresetFields.Of(recipe).Zip(PresetFields.Of(context.Preset.Recipe))
                             where !Equals(field.First.Value, field.Second.Value)
                             select FormattableString.Invariant($"{field.First.Name} {field.First.Value} instead of {field.Second.Value}"));
        }

        return string.Join(", ", changes);
    }

    private Choice[] Choices(StudyContext context) =>
    [
        new("Changed in the branch", Changes(context), "Everything else is the ticket's own: its mask, its weights at step k, what is left of the schedule, the recipe."),
        new("Noise of the branch", "the ticket's", "Copy by copy, the branch sees the data order and the augmentation of the ticket, so that nothing differs but what was changed."),
        new("Distance from branch to ticket", "over all prunable weights", "The two masks may differ; a pruned weight is a zero."),
    ];

    private static Figure Paths(StudyRows rows, Condition[] conditions) => new(
        "paths",
        "Paths between the copies of the ticket and of the branch",
        "Test error along the straight line between two copies trained with different SGD noise, mean over pairs and replicates with a band of one standard deviation.",
        new Axis("Place on the line (0: first copy, 1: second)"),
        new Axis("Test error", Format: ".1%"))
    {
        Series = [.. rows.Of(conditions).Select(row => new Series(row.Kind.Title, rows.Curve(row, Measures.Path)))],
    };
}
