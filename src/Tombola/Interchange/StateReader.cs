using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>Finds the tensors of a network in a file that another program wrote.</summary>
/// <remarks>
/// Wrappers' prefixes (<c>module.</c>, <c>model.</c>, <c>_orig_mod.</c>) are taken off, counters of batches passed over, halves and doubles converted, and what
/// <c>torch.nn.utils.prune</c> splits into <c>X_orig</c> and <c>X_mask</c> put together.
/// </remarks>
public static class StateReader
{
    /// <summary>Reads a state.</summary>
    /// <param name="file">A file of <see cref="ModelFiles.Open"/>.</param>
    /// <param name="network">The network that it is to be a state of.</param>
    /// <param name="byOrder">Whether tensors of other names are taken by their order, where number, order and shapes agree; <see cref="StateReading.Notes"/> then lists which became which.</param>
    /// <exception cref="InvalidDataException">Names, shapes or types are not those of the network, or a variance is none; the message says which.</exception>
    public static StateReading Read(ITensorFile file, Network network, bool byOrder = false)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(network);
        var found = StateDict.Of(file, network);
        List<string> notes = [.. found.Notes];
        var values = new StateValues(file, TensorMatch.Find(found, NetworkTensors.Of(network), $"no state of {network.Name}", byOrder, notes));
        var state = StateAssembly.State(file.Path, network.Space, values.Fill);
        return new StateReading(state, values.Mask(network.Space), [.. notes, .. values.Notes]);
    }

    /// <summary>Reads a mask: tensors of zeros and ones, named as the parameters that they prune (<c>fc.weight</c>), or <c>fc.weight_mask</c>, or <c>fc.mask</c>.</summary>
    /// <inheritdoc cref="ReadMask(ITensorFile, Network, ICollection{string}, bool)"/>
    public static Mask ReadMask(ITensorFile file, Network network, bool byOrder = false) => ReadMask(file, network, [], byOrder);

    /// <summary>Reads a mask, and says what was done to the file's names.</summary>
    /// <param name="file">A file of <see cref="ModelFiles.Open"/>. A layer that it does not mention is not pruned.</param>
    /// <param name="network">The network that it is to be a mask of.</param>
    /// <param name="notes">Takes sentences like those of <see cref="StateReading.Notes"/>.</param>
    /// <param name="byOrder">Whether tensors of other names are taken by their order, where number, order and shapes agree.</param>
    /// <exception cref="InvalidDataException">Names or shapes are not those of the network's prunable parameters, or a value is neither 0 nor 1.</exception>
    public static Mask ReadMask(ITensorFile file, Network network, ICollection<string> notes, bool byOrder = false)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(notes);
        return MaskTensors.Read(file, network, notes, byOrder);
    }

    /// <summary>The name of the network that a file holds a state of, as <see cref="Architectures.Create(string)"/> takes it.</summary>
    /// <param name="file">A file of <see cref="ModelFiles.Open"/>.</param>
    /// <param name="input">Shape of an example of the data.</param>
    /// <param name="classes">Classes of the data.</param>
    /// <exception cref="SettingException">The network is known, but is not for these images or classes.</exception>
    /// <exception cref="InvalidDataException">No family of networks has such names and shapes; the message lists some of them.</exception>
    public static string Recognise(ITensorFile file, Shape input, int classes)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Recognition.Of(file, input, classes);
    }
}
