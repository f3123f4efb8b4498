using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>One entry of the registry: a name, and how its examples are found or made.</summary>
public sealed class DatasetSource
{
    internal DatasetSource(string name, string description, Func<DataFolder, DatasetContent> load) => (Name, Description, Load) = (name, description, load);

    /// <summary>A data set that a program makes or reads by itself. Pixels are scaled as the preset says, like any other.</summary>
    /// <param name="name">Name in the registry.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="make">Makes training and test examples, the same ones every time; called when somebody needs them.</param>
    public static DatasetSource Of(string name, string description, Func<(ExampleSource Train, ExampleSource Test)> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return new DatasetSource(name, description, _ => DatasetContent.Of(make()));
    }

    /// <summary>Name in the registry.</summary>
    public string Name { get; }

    /// <summary>One sentence.</summary>
    public string Description { get; }

    /// <summary>The files that were published, where they can be fetched; null if there is nothing to fetch.</summary>
    internal PublishedArchive? Archive { get; init; }

    /// <summary>True if the name may be followed by a colon and a folder.</summary>
    public bool TakesFolder { get; init; }

    /// <summary>Image and classes where they are known without loading, else null.</summary>
    public ExampleForm? Form { get; init; }

    /// <summary>Training and test examples to expect, for estimates of time: a folder may hold others.</summary>
    internal (int Train, int Test) Size { get; init; } = (60_000, 10_000);

    /// <summary>Reads or makes everything.</summary>
    internal Func<DataFolder, DatasetContent> Load { get; }

    /// <summary>The fingerprint where it is known without loading, else null.</summary>
    internal string? KnownFingerprint { get; init; }
}

/// <summary>What a network must know of a data set.</summary>
/// <param name="Shape">Shape of one example.</param>
/// <param name="Classes">Number of classes.</param>
public readonly record struct ExampleForm(Shape Shape, int Classes);
