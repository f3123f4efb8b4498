using Tombola.Engine.Naming;

namespace Tombola.Engine.Networks;

/// <summary>The architectures, by OpenLTH's names. A new one is one file and one line here.</summary>
public static class Architectures
{
    private static readonly IReadOnlyList<Architecture> Known =
    [
        LeNet.Architecture,
        ResNet.Architecture,
        Vgg.Architecture,
        ConvNet.Architecture,
    ];

    /// <summary>The families of names, such as <c>mnist_lenet_A_B_...</c>.</summary>
    public static IReadOnlyList<Architecture> All => Known;

    /// <summary>The network of this name.</summary>
    /// <exception cref="ArgumentException">No family takes the name; the message says which names there are.</exception>
    public static Network Create(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Known.Select(architecture => architecture.Create(name)).FirstOrDefault(network => network is not null)
            ?? throw new SettingException(
                $"There is no model '{name}'. Models: {string.Join(", ", Known.Select(architecture => $"{architecture.Pattern} (for example {architecture.Example})"))}.");
    }
}

/// <summary>A family of networks that share a pattern of names.</summary>
/// <param name="Pattern">What a name looks like.</param>
/// <param name="Example">A name that works.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Create">The network of a name, or null if the name belongs to another family.</param>
public sealed record Architecture(string Pattern, string Example, string Description, Func<string, Network?> Create);
