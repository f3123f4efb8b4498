using Tombola.Engine.Foreign;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>A tensor that is known to lie within its storage, and how it is copied out of it.</summary>
/// <param name="Entry">Name, type and shape.</param>
/// <param name="Storage">Where its elements are.</param>
/// <param name="Offset">Its first element.</param>
/// <param name="Span">Elements of the storage from its first to its last.</param>
/// <param name="Strides">Elements of the storage from one index to the next, for each side.</param>
internal sealed record TorchView(TensorEntry Entry, TorchStorage Storage, long Offset, long Span, IReadOnlyList<long> Strides)
{
    private const int MostDimensions = 16;

    /// <summary>Checks a tensor.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">What a pickle says of it.</param>
    /// <exception cref="InvalidDataException">It is of a kind that is not read, or lies outside its storage.</exception>
    public static TorchView Of(string path, string name, object tensor)
    {
        var shown = Printable.Name(name);
        var kind = tensor is TorchTensor { Storage.Elements: { DType: null } strange } ? strange.Kind : (tensor as TorchStranger)?.Kind;
        if (kind is not null) throw new InvalidDataException($"{path}: tensor {shown} is {kind}; only plain tensors are read. Convert it in PyTorch, for example with .dequantize() or .to_dense(), and save the state_dict again.");
        var (_, storage, offset, sizes, strides) = (TorchTensor)tensor;
        if (sizes.Count != strides.Count || sizes.Count > MostDimensions || sizes.Any(size => size is < 0 or > int.MaxValue) || strides.Any(stride => stride < 0) || offset < 0)
        {
            throw Bad("has a shape, strides or an offset that no tensor has");
        }

        // Of any size, since the product of a shape may overflow any integer.
        var count = sizes.Aggregate(1.0, (product, size) => product * size);
        var last = offset + sizes.Zip(strides).Aggregate((Int128)0, (sum, side) => sum + ((Int128)Math.Max(0, side.First - 1) * side.Second));
        if (count > 0 && last >= storage.Count) throw Bad($"ends at element {last} of a storage that has {storage.Count}");
        if (count > storage.Count) throw Bad($"of shape {Listing.OfShape(sizes.ToArray())} repeats the {storage.Count} elements that are stored for it. Save it with .contiguous()");
        if (count * storage.Elements.Size > Array.MaxLength) throw Bad($"of shape {Listing.OfShape(sizes.ToArray())} is larger than {Array.MaxLength} bytes");
        return new TorchView(
            new TensorEntry(name, storage.Elements.DType!, [.. sizes.Select(size => (int)size)], (int)count * storage.Elements.Size), storage, offset, count > 0 ? (long)last + 1 - offset : 0, strides);

        InvalidDataException Bad(string what) => new($"{path}: tensor {shown} {what}. The file is damaged, or was made by a program that does not write what PyTorch does; save the state_dict again.");
    }

    /// <summary>Reads it, one element after the other, whatever the strides.</summary>
    public Tensor Read(ZipContent archive)
    {
        var size = Storage.Elements.Size;
        if (Span * size > Array.MaxLength) throw new InvalidDataException($"{archive.Path}: tensor {Printable.Name(Entry.Name)} is spread over {Span} elements of a storage, too many to read. Save it with .contiguous().");
        var stored = archive.Read(Storage.File, Offset * size, (int)(Span * size));
        return new Tensor(Entry.Name, Entry.DType, Entry.Shape, Interchange.Strides.AreByRows(Entry.Shape, Strides) ? stored : Interchange.Strides.Gathered(stored, size, Entry.Shape, Strides));
    }
}
