using System.Globalization;
using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>Tells from names and shapes which network a file is a state of.</summary>
internal static class Recognition
{
    /// <inheritdoc cref="StateReader.Recognise"/>
    public static string Of(ITensorFile file, Shape input, int classes)
    {
        var found = StateDict.Of(file, null).Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var shapes = found.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Shape, StringComparer.Ordinal);
        string[] guesses = [.. Architectures.All.Reverse().Select(family => family.Recognise?.Invoke(shapes)).OfType<string>()];
        Network[] networks = [.. guesses.Select(guess => Architectures.Create(guess, input, classes))];
        Network[] fitting = [.. networks.Where(network => TensorMatch.Mismatch(found, NetworkTensors.Of(network)) is null)];
        return fitting switch
        {
            [var only] => only.Name,
            [] when guesses.Length == 1 => throw AlmostFits(file.Path, found, guesses[0], networks[0]),
            [] => throw new InvalidDataException(
                $"{file.Path}: no family of models has such tensors: {Listing.Of(found.Values.Select(tensor => $"{tensor.Name} {Listing.OfShape(tensor.Shape)}"))}. Name the model with --model."),
            _ => throw new InvalidDataException($"{file.Path}: several models have such tensors: {Listing.Of(fitting.Select(network => network.Name))}. Name the model with --model."),
        };
    }

    /// <summary>Why a file is not of the one network that its names speak for.</summary>
    private static SettingException AlmostFits(string path, Dictionary<string, FoundTensor> found, string guess, Network network)
    {
        var last = $"{network.OutputLayer}.weight";
        if (found.TryGetValue(last, out var output) && output.Shape is [> 0 and var theirs, ..] && theirs != network.Classes && theirs <= Architectures.MostClasses
            && TensorMatch.Mismatch(found, NetworkTensors.Of(Architectures.Create(guess, network.Input, theirs))) is null)
        {
            return new SettingException(string.Create(
                CultureInfo.InvariantCulture, $"{path}: the last layer {network.OutputLayer} of this {guess} tells {theirs} classes apart, but the data have {network.Classes}. Choose the data that the network was trained on."));
        }

        return new SettingException(Printable.Sentence($"{path}: this looks like {guess}, but for images of {network.Input} in {network.Classes} classes {TensorMatch.Mismatch(found, NetworkTensors.Of(network))}. If it is a mask or a part of a network, give the whole network; if it is one for other data, choose these data; or name the model with --model."));
    }
}
