using Tombola.Engine.Naming;

namespace Tombola.Engine.Networks;

/// <summary>A family of networks that share a pattern of names.</summary>
/// <param name="Pattern">What a name looks like.</param>
/// <param name="Example">A name that works.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Input">The image that the family was published for: that of a name without one.</param>
/// <param name="Create">The network of a request, or null if the name belongs to another family.</param>
public sealed record Architecture(string Pattern, string Example, string Description, Shape Input, Func<NetworkRequest, Network?> Create)
{
    /// <summary>
    /// A guess from the names and shapes of a file's tensors: the name of the family's network that they may be from, without image and classes, or null. It need
    /// not look at more than tells the family and its numbers, for the guess is compared with every name and shape. Null for a family that recognises nothing.
    /// </summary>
    public Func<IReadOnlyDictionary<string, IReadOnlyList<int>>, string?>? Recognise { get; init; }
}

/// <summary>A network that somebody asks for.</summary>
/// <param name="Name">What it is made of, such as <c>cifar_resnet_20</c>.</param>
/// <param name="FullName">The same with image and classes where they are not the family's usual ones: the name that the network must have.</param>
/// <param name="Input">Shape of one example.</param>
/// <param name="Classes">Number of classes, and so of logits.</param>
public sealed record NetworkRequest(string Name, string FullName, Shape Input, int Classes)
{
    /// <summary>An empty network to put together.</summary>
    public NetworkBuilder Begin() => new(FullName, Input);

    /// <summary>Refuses images whose sides cannot be halved so often without a rest.</summary>
    /// <param name="halvings">How often the network halves its maps.</param>
    /// <exception cref="SettingException">The image does not fit; the message says which sizes do.</exception>
    public void DemandHalves(int halvings)
    {
        var unit = 1 << halvings;
        if (Input.Rows % unit == 0 && Input.Columns % unit == 0) return;
        throw new SettingException(
            $"{Name} halves its maps {(halvings == 1 ? "once" : $"{halvings} times")}, so that rows and columns must be multiples of {unit}; images of {Input.Channels}x{Input.Rows}x{Input.Columns} do not fit. Sizes that work: {unit}x{unit}, {2 * unit}x{2 * unit}, {unit}x{3 * unit}. Cut or pad the images, or choose another model.");
    }
}
