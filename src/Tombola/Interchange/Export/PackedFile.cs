using System.Numerics;
using System.Text.Json;
using Tombola.Engine.Foreign;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>Sparse states and masks as safetensors files without the zeros.</summary>
/// <remarks>
/// Of each prunable parameter NAME there are <c>NAME.mask_bits</c>, U8, the mask as bits, row by row, eight a byte, the lowest first, and zeros to the end of the last byte; and <c>NAME.values</c>,
/// F32, the weights that remain in the same order. What is not prunable is as it is. A file of a mask alone has the bits only. The metadata <c>shapes</c> has the shapes as JSON.
/// </remarks>
public static class PackedFile
{
    private const string Bits = ".mask_bits", Values = ".values", LayoutKey = "layout", ShapesKey = "shapes";

    private const string Layout =
        "packed 1: NAME.mask_bits has the mask as bits, row by row, 8 a byte, lowest first; NAME.values the weights that remain, in the same order; shapes the shapes; other tensors are as they are";

    /// <summary>Writes a state with its mask, or a mask alone.</summary>
    public static void Write(Stream stream, ExportContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var (space, mask) = (content.Network.Space, content.Pruned);
        IEnumerable<Tensor> tensors = space.Prunable.Select(parameter => new Tensor(parameter.Name + Bits, "U8", [BytesOf(parameter)], BitsOf(parameter, mask)));
        if (content.State is { } state)
        {
            var prunable = space.Prunable.Select(parameter => parameter.Name).ToHashSet();
            tensors = tensors
                .Concat(space.Prunable.Select(parameter => Tensor.Over(parameter.Name + Values, ValuesOf(parameter, mask, content.Checked(state)))))
                .Concat(StateFile.Tensors(state).Where(tensor => !prunable.Contains(tensor.Name)));
        }

        var shapes = JsonSerializer.Serialize(new OrderedDictionary<string, IReadOnlyList<int>>(space.Prunable.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Shape))));
        Safetensors.Write(stream, tensors, new Dictionary<string, string>(content.Metadata) { [LayoutKey] = Layout, [ShapesKey] = shapes });
    }

    /// <summary>Reads the mask of a file.</summary>
    /// <exception cref="InvalidDataException">The file is unsound, or not of this network.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Mask ReadMask(string path, WeightSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        using var file = Open(path, space);
        return ReadMask(file, space);
    }

    /// <summary>Reads the state of a file, and its mask.</summary>
    /// <exception cref="InvalidDataException">The file is unsound, not of this network, or holds a mask alone.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static (NetworkState State, Mask Mask) Read(string path, WeightSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        using var file = Open(path, space);
        var (state, mask) = (new NetworkState(space), ReadMask(file, space));
        foreach (var parameter in space.Parameters)
        {
            if (parameter.Prunable) Unpack(Demand(file, parameter.Name + Values, "F32", [mask.CountIn(parameter)]).As<float>(), mask, parameter, state);
            else Demand(file, parameter.Name, "F32", parameter.Shape).As<float>().CopyTo(state[parameter]);
        }

        foreach (var part in space.Statistics)
        {
            Demand(file, part.Name, "F32", [part.Count]).As<float>().CopyTo(state[part]);
            if (part.Initial > 0 && !state[part].ToArray().All(value => value >= 0)) throw new InvalidDataException($"{path}: tensor {part.Name} holds what is no variance. Export the file again.");
        }

        return (state, mask);
    }

    /// <summary>Bytes of a parameter's bits.</summary>
    internal static int BytesOf(Parameter parameter) => (parameter.Count + 7) / 8;

    /// <summary>What is prunable has to be put together again, which takes more than three lines.</summary>
    internal static IReadOnlyList<string> Python(string file, bool isMask) =>
    [
        "import json, math, torch",
        "from safetensors import safe_open",
        $"packed = safe_open({ExportFormats.Quoted(file)}, framework='pt')",
        "tensors = {name: packed.get_tensor(name) for name in packed.keys()}",
        "for name, shape in json.loads(packed.metadata()['shapes']).items():",
        "    mask = (tensors.pop(name + '.mask_bits')[:, None] >> torch.arange(8) & 1).bool().flatten()[:math.prod(shape)].reshape(shape)",
        isMask ? "    tensors[name] = mask" : "    tensors[name] = torch.zeros(shape).masked_scatter(mask, tensors.pop(name + '.values'))",
        ExportFormats.Into(isMask),
    ];

    private static byte[] BitsOf(Parameter parameter, Mask mask)
    {
        var bits = new byte[BytesOf(parameter)];
        for (var i = 0; i < parameter.Count; i++)
        {
            if (mask[parameter.Offset + i]) bits[i >> 3] |= (byte)(1 << (i & 7));
        }

        return bits;
    }

    private static float[] ValuesOf(Parameter parameter, Mask mask, NetworkState state)
    {
        var (values, count) = (new float[mask.CountIn(parameter)], 0);
        for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i++)
        {
            if (mask[i]) values[count++] = state.Weights[i];
        }

        return values;
    }

    private static void Unpack(ReadOnlySpan<float> values, Mask mask, Parameter parameter, NetworkState state)
    {
        var count = 0;
        for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i++)
        {
            if (mask[i]) state.Weights[i] = values[count++];
        }
    }

    private static SafetensorsFile Open(string path, WeightSpace space)
    {
        var file = Safetensors.Read(path);
        try
        {
            if (!file.Metadata.GetValueOrDefault(LayoutKey, "").StartsWith("packed 1:", StringComparison.Ordinal))
            {
                throw new InvalidDataException($"{path}: the metadata names no packed layout that this program knows. Give a file that was exported as packed, or read it as a plain safetensors file.");
            }

            string[] names =
            [
                .. space.Prunable.SelectMany(parameter => new[] { parameter.Name + Bits, parameter.Name + Values }),
                .. space.Parameters.Where(parameter => !parameter.Prunable).Select(parameter => parameter.Name),
                .. space.Statistics.Select(part => part.Name),
            ];
            var stranger = file.Entries.FirstOrDefault(entry => !names.Contains(entry.Name));
            return stranger is null ? file : throw new InvalidDataException($"{path}: tensor {Printable.Name(stranger.Name)} has no place in the network. Give the network that the file was exported from.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Mask ReadMask(SafetensorsFile file, WeightSpace space)
    {
        var remaining = new bool[space.Count];
        Array.Fill(remaining, true);
        foreach (var parameter in space.Prunable)
        {
            var bits = Demand(file, parameter.Name + Bits, "U8", [BytesOf(parameter)]).As<byte>();
            for (var i = 0; i < parameter.Count; i++) remaining[parameter.Offset + i] = ((bits[i >> 3] >> (i & 7)) & 1) != 0;
            var ones = 0;
            foreach (var each in bits) ones += BitOperations.PopCount(each);
            if (ones != remaining.AsSpan(parameter.Offset, parameter.Count).Count(true))
            {
                throw new InvalidDataException($"{file.Path}: tensor {parameter.Name}{Bits} has bits behind the last of {parameter.Count} weights. Export the file again.");
            }
        }

        return new Mask(space, i => remaining[i]);
    }

    private static Tensor Demand(SafetensorsFile file, string name, string type, IReadOnlyList<int> shape)
    {
        var entry = file.Find(name);
        return entry.DType == type && entry.Shape.SequenceEqual(shape) ? file.Read(entry) : throw new InvalidDataException(
            $"{file.Path}: tensor {name} is {entry.DType} of shape {Listing.OfShape(entry.Shape)}, but {type} of shape {Listing.OfShape(shape)} is needed. Give the network that the file was exported from.");
    }
}
