using Tombola.Data;

namespace Tombola.Studies;

/// <summary>A preset made smaller for a scale: less training and, where that is not enough, a smaller network on other data.</summary>
/// <param name="Steps">Factor on the steps of training, of the schedule and of warmup.</param>
public sealed record Miniature(double Steps)
{
    /// <summary>Nothing is made smaller.</summary>
    public static Miniature None { get; } = new(1);

    /// <summary>Another network, or null for the preset's own.</summary>
    public string? Model { get; init; }

    /// <summary>Other data, or null for the preset's own.</summary>
    public DatasetSpec? Data { get; init; }

    /// <summary>Another number of examples in a mini-batch.</summary>
    public int? Batch { get; init; }

    /// <summary>Another number of points on a path.</summary>
    public int? Points { get; init; }

    /// <summary>Another number of replicates than the scale's.</summary>
    public int? Replicates { get; init; }

    /// <summary>The preset with the other network, data, batch and points; its steps as they were. What was published of the preset says nothing about another network.</summary>
    public Preset Substitute(Preset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        if (this == None) return preset;
        return preset with
        {
            Model = Model ?? preset.Model,
            Data = Data ?? preset.Data,
            Points = Points ?? preset.Points,
            Published = Model is null ? preset.Published : null,
            Recipe = preset.Recipe with { Batch = Batch ?? preset.Recipe.Batch },
        };
    }
}
