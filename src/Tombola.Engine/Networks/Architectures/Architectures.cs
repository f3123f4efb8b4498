using System.Globalization;
using System.Text.RegularExpressions;
using Tombola.Engine.Naming;

namespace Tombola.Engine.Networks;

/// <summary>The architectures, by OpenLTH's names. A new one is one file and one line here, or a line of <see cref="Registry"/> in a program that uses this library.</summary>
/// <remarks>
/// A name says what a network is made of; image and classes come from the data. A network for the image and the ten classes that its family was published for goes by
/// the family's name alone, any other by <c>NAME@3x64x64:100</c>: whoever has the name has the network.
/// </remarks>
public static partial class Architectures
{
    /// <summary>Classes of the data sets that the families were published for.</summary>
    public const int UsualClasses = 10;

    internal const int MostClasses = 1 << 20;

    private const int LargestSide = 1 << 14, MostFeatures = 1 << 28;

    /// <summary>Those that there are.</summary>
    public static Registry<Architecture> Registry { get; } = new("There is no model", architecture => architecture.Pattern,
    [
        LeNet.Architecture,
        ResNet.Architecture,
        Vgg.Architecture,
        ConvNet.Architecture,
    ]);

    /// <summary>The families of names, such as <c>mnist_lenet_A_B_...</c>.</summary>
    public static IReadOnlyList<Architecture> All => Registry.All;

    /// <summary>The network of this name; without image and classes in it, for those that its family was published for.</summary>
    /// <exception cref="SettingException">No family takes the name, or the family cannot take the image; the message says what would do.</exception>
    public static Network Create(string name) => Find(name).Network;

    /// <summary>The family that a name belongs to.</summary>
    /// <exception cref="SettingException">No family takes the name, or the family cannot take the image; the message says what would do.</exception>
    public static Architecture FamilyOf(string name) => Find(name).Family;

    private static (Architecture Family, Network Network) Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var (plain, form) = Split(name);
        // The last come first: what a program adds may have a name that begins like one of ours.
        foreach (var family in All.Reverse())
        {
            var (input, classes) = form ?? (family.Input, UsualClasses);
            var request = new NetworkRequest(plain, NameFor(family, plain, input, classes), input, classes);
            if (family.Create(request) is { } network) return (family, Checked(network, request, family));
        }

        throw new SettingException($"There is no model '{plain}'. Models: {string.Join(", ", All.Select(family => $"{family.Pattern} (for example {family.Example})"))}.");
    }

    /// <summary>The network of this name for images of a shape and a number of classes.</summary>
    /// <param name="name">What it is made of; if it names image and classes, they must be these.</param>
    /// <param name="input">Shape of one example.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="SettingException">No family takes the name, or the family cannot take the image; the message says what would do.</exception>
    public static Network Create(string name, Shape input, int classes)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Split(name).Form is not { } form) return Create($"{name}@{input.Channels}x{input.Rows}x{input.Columns}:{classes}");
        return form == (input, classes)
            ? Create(name)
            : throw new SettingException($"The model {name} is for images of {form.Input} in {form.Classes} classes; these are images of {input} in {classes} classes. Leave out what follows the @ to have the model that fits the data.");
    }

    /// <summary>Anybody may register an architecture, and what it forgets would be seen late or never.</summary>
    private static Network Checked(Network network, NetworkRequest request, Architecture family)
    {
        if (network.Name != request.FullName) throw new InvalidOperationException($"The architecture {family.Pattern} was asked for '{request.FullName}' and built a network called '{network.Name}'. It should begin with request.Begin().");
        return (network.Input, network.Classes) == (request.Input, request.Classes) ? network : throw new InvalidOperationException(
            $"The architecture {family.Pattern} was asked for a network for images of {request.Input} in {request.Classes} classes and built one for {network.Input} in {network.Classes}. Image and classes are in the request.");
    }

    /// <summary>Takes a name apart.</summary>
    private static (string Plain, (Shape Input, int Classes)? Form) Split(string name)
    {
        if (!name.Contains('@', StringComparison.Ordinal)) return (name, null);
        var match = Full().Match(name);
        int[] numbers = match.Success ? [.. match.Groups.Values.Skip(2).Select(group => int.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)] : [];
        return numbers is [>= 1 and <= LargestSide and var channels, >= 1 and <= LargestSide and var rows, >= 1 and <= LargestSide and var columns, >= 1 and <= MostClasses and var classes] && (long)channels * rows * columns <= MostFeatures
            ? (match.Groups[1].Value, (new Shape(channels, rows, columns), classes))
            : throw new SettingException($"The model name '{name}' should be NAME@CHANNELSxROWSxCOLUMNS:CLASSES, for example {ResNet.Architecture.Example}@3x64x64:100.");
    }

    private static string NameFor(Architecture family, string plain, Shape input, int classes) =>
        input == family.Input && classes == UsualClasses ? plain : string.Create(CultureInfo.InvariantCulture, $"{plain}@{input.Channels}x{input.Rows}x{input.Columns}:{classes}");

    [GeneratedRegex(@"\A([^@]+)@([0-9]{1,9})x([0-9]{1,9})x([0-9]{1,9}):([0-9]{1,9})\z")]
    private static partial Regex Full();
}
