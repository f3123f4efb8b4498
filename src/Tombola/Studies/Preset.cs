using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Pruning;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>A named setting of an experiment: network, data, recipe and pruning.</summary>
public sealed record Preset
{
    public required string Name { get; init; }

    /// <summary>One sentence: where the setting comes from.</summary>
    public required string Description { get; init; }

    /// <summary>Name of the architecture.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the initialiser of prunable weights.</summary>
    public required string Initializer { get; init; }

    public required DatasetSpec Data { get; init; }

    public required Recipe Recipe { get; init; }

    /// <summary>Pruning strategy.</summary>
    public string Pruning { get; init; } = "magnitude";

    /// <summary>Fraction of the remaining weights that each level removes.</summary>
    public double Fraction { get; init; } = 0.2;

    /// <summary>Prune the dense network once to each level's density, instead of level by level.</summary>
    public bool OneShot { get; init; }

    /// <summary>Levels of iterative pruning.</summary>
    public int Levels { get; init; } = 20;

    /// <summary>Level that the figures about one density study.</summary>
    public int StudiedLevel { get; init; } = 15;

    /// <summary>Whether pruning spares the layer that gives the logits.</summary>
    public bool ExemptOutput { get; init; } = true;

    /// <summary>Points on a path, the ends included.</summary>
    public int Points { get; init; } = Landscape.LinearPath.DefaultPoints;

    /// <summary>Name of the network and of the variant in the published figures, or empty.</summary>
    public string PublishedAs { get; init; } = "";

    /// <exception cref="ArgumentException">A field is out of range; the message names it.</exception>
    public void Validate()
    {
        Architectures.Create(Model);
        Initializers.Find(Initializer);
        PruningStrategies.Find(Pruning);
        Recipe.Validate();
        if (!(Fraction is > 0 and < 1)) throw new ArgumentException(FormattableString.Invariant($"The field fraction is {Fraction}; it must be above 0 and below 1."));
        if (Levels is < 0 or > 100) throw new ArgumentException($"The field levels is {Levels}; it must be from 0 to 100.");
        if (StudiedLevel < 0 || StudiedLevel > 100) throw new ArgumentException($"The field studiedLevel is {StudiedLevel}; it must be from 0 to 100.");
        if (Points is < 2 or > 1001) throw new ArgumentException($"The field points is {Points}; it must be from 2 to 1001.");
    }
}
