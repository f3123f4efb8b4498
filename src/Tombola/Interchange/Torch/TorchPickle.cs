using System.Collections;
using Tombola.Engine.Foreign;

namespace Tombola.Interchange;

/// <summary>Reads the pickle of a PyTorch file: dictionaries, numbers and texts as they are, tensors as descriptions of where they lie.</summary>
internal sealed class TorchPickle
{
    private const string Remedy = "Load it in Python where you trust it, and save only the weights: torch.save(model.state_dict(), PATH).";

    /// <summary>Bytes for the objects of a pickle besides what the file's own size allows.</summary>
    private const long Memory = 32 << 20;

    private static readonly TorchElements Quantised1 = new(null, 1, "quantised"), Quantised4 = new(null, 4, "quantised"), Complex8 = new(null, 8, "complex"), Complex16 = new(null, 16, "complex");

    /// <summary>Storages by the names of their classes.</summary>
    private static readonly Dictionary<string, TorchElements> Storages = new(StringComparer.Ordinal)
    {
        ["Float"] = new("F32", 4, ""),
        ["Double"] = new("F64", 8, ""),
        ["Half"] = new("F16", 2, ""),
        ["BFloat16"] = new("BF16", 2, ""),
        ["Long"] = new("I64", 8, ""),
        ["Int"] = new("I32", 4, ""),
        ["Short"] = new("I16", 2, ""),
        ["Char"] = new("I8", 1, ""),
        ["Byte"] = new("U8", 1, ""),
        ["Bool"] = new("BOOL", 1, ""),
        ["ComplexFloat"] = Complex8,
        ["ComplexDouble"] = Complex16,
        ["QInt8"] = Quantised1,
        ["QUInt8"] = Quantised1,
        ["QInt32"] = Quantised4,
    };

    private static readonly string[] Types = ["float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "complex64", "complex128", "qint8", "quint8", "qint32"];

    private readonly ZipContent _archive;
    private readonly string _root;
    private int _tensors;

    private TorchPickle(ZipContent archive, string root) => (_archive, _root) = (archive, root);

    /// <summary>Reads the pickle of an archive.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="root">Folder of its files, with a slash at the end.</param>
    /// <param name="name">The pickle.</param>
    public static object? Read(ZipContent archive, string root, string name)
    {
        var reader = new TorchPickle(archive, root);
        var pickle = archive.Read(name, 0, (int)archive.LengthOf(name));
        return ClosedUnpickler.Load(archive.Path, pickle, reader.Vocabulary(), Memory + (4 * archive.Bytes), reader.Storage);
    }

    private PickleVocabulary Vocabulary()
    {
        var meanings = new Dictionary<string, object>(NumpyPickle.Scalars, StringComparer.Ordinal)
        {
            ["torch._utils._rebuild_tensor_v2"] = new PickleFunction(Tensor),
            ["torch._utils._rebuild_parameter"] = new PickleFunction(Parameter),
            ["torch._utils._rebuild_sparse_tensor"] = new PickleFunction(_ => new TorchStranger("sparse")),
            ["torch._utils._rebuild_sparse_csr_tensor"] = new PickleFunction(_ => new TorchStranger("sparse")),
            ["torch._utils._rebuild_qtensor"] = new PickleFunction(_ => new TorchStranger("quantised")),
            ["torch.serialization._get_layout"] = new PickleFunction(_ => null),
            ["torch.device"] = new PickleFunction(_ => null),
            ["torch.Size"] = new PickleFunction(arguments => arguments is [var sizes] ? sizes : throw new InvalidDataException("a size is none")),
            ["torch.per_tensor_affine"] = new object(),
            ["torch.per_channel_affine"] = new object(),
            ["collections.OrderedDict"] = new PickleFunction(OrderedDict),
        };
        foreach (var (name, elements) in Storages) meanings.Add($"torch.{name}Storage", elements);
        foreach (var type in Types) meanings.Add($"torch.{type}", new object());
        return new PickleVocabulary(meanings, Remedy);
    }

    /// <summary>(storage, offset, sizes, strides, requires_grad, hooks[, metadata]).</summary>
    private TorchTensor Tensor(object?[] arguments) => arguments is { Length: 6 or 7 } and [TorchStorage storage, var offset, var sizes, var strides, ..]
        ? new TorchTensor(_tensors++, storage, PickledNumber.Whole(offset, "the offset of a tensor"), PickledNumber.Wholes(sizes, "the shape of a tensor"), PickledNumber.Wholes(strides, "the strides of a tensor"))
        : throw new InvalidDataException("a tensor is put together from something else than a storage");

    /// <summary>(tensor, requires_grad, hooks).</summary>
    private static object Parameter(object?[] arguments) => arguments is [TorchTensor or TorchStranger, _, _]
        ? arguments[0]!
        : throw new InvalidDataException("a parameter holds something else than a tensor");

    /// <summary>Empty, or from pairs, as Python 2 wrote it.</summary>
    private static PickledDict OrderedDict(object?[] arguments)
    {
        var dict = new PickledDict();
        if (arguments.Length == 0) return dict;
        if (arguments is not [ArrayList pairs]) throw new InvalidDataException("an ordered dictionary is made of something else than pairs");
        foreach (var pair in pairs)
        {
            if (pair is not IList { Count: 2 } two) throw new InvalidDataException("an ordered dictionary is made of something else than pairs");
            dict[two[0]!] = two[1];
        }

        return dict;
    }

    /// <summary>("storage", class, file, device, number of elements).</summary>
    private TorchStorage Storage(object?[] id)
    {
        if (id is not (["storage", TorchElements, string, string, _] or ["storage", TorchElements, string, string, _, null])) throw new InvalidDataException("a persistent id is none of a storage");
        var (elements, key, count) = ((TorchElements)id[1]!, (string)id[2]!, PickledNumber.Whole(id[4], "the size of a storage"));
        var (file, shown) = ($"{_root}data/{key}", Printable.Name(key));
        if (!_archive.Has(file)) throw new InvalidDataException($"the archive lacks its storage {shown}");
        return count >= 0 && (Int128)count * elements.Size == _archive.LengthOf(file) ? new TorchStorage(elements, file, count) : throw new InvalidDataException(
            $"storage {shown} is said to have {count} elements of {elements.Size} bytes, but takes {_archive.LengthOf(file)} in the archive");
    }
}
