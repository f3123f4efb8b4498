namespace Tombola.Interchange;

/// <summary>Elements of PyTorch's storages.</summary>
/// <param name="DType">Their name in safetensors' words; null for those that it has none for.</param>
/// <param name="Size">Bytes of one.</param>
/// <param name="Kind">What they are, for messages: "quantised".</param>
internal sealed record TorchElements(string? DType, int Size, string Kind);

/// <summary>A piece of memory that tensors lie in, and share.</summary>
/// <param name="Elements">What it is made of.</param>
/// <param name="File">Its file in the archive.</param>
/// <param name="Count">Number of elements.</param>
internal sealed record TorchStorage(TorchElements Elements, string File, long Count);

/// <summary>A tensor as a pickle describes it: a view of a storage. Nothing is checked yet.</summary>
/// <param name="Number">How many came before it: the order of a state dict.</param>
/// <param name="Storage">Where its elements are.</param>
/// <param name="Offset">Element of the storage that is its first.</param>
/// <param name="Sizes">Its shape.</param>
/// <param name="Strides">Elements of the storage from one index to the next, for each side.</param>
internal sealed record TorchTensor(int Number, TorchStorage Storage, long Offset, IReadOnlyList<long> Sizes, IReadOnlyList<long> Strides);

/// <summary>A tensor of a kind that is not read.</summary>
/// <param name="Kind">Which: "sparse".</param>
internal sealed record TorchStranger(string Kind);
