using System.IO.Compression;
using System.Text;
using Tombola.Engine.Networks;

namespace Tombola.Tests.Interchange.Torch;

/// <summary>A file as torch.save writes it, put together by hand: a pickle, opcode by opcode, and storages.</summary>
internal sealed class MadeTorch
{
    private readonly List<byte> _pickle = [];
    private readonly List<(string Name, byte[] Bytes)> _files = [];

    public string Root { get; init; } = "archive/";

    public CompressionLevel Compression { get; init; } = CompressionLevel.NoCompression;

    /// <summary>The pickle of a state dict with these tensors, protocol and stop included.</summary>
    public MadeTorch With(IEnumerable<Tensor> tensors)
    {
        Protocol().Text("}(");
        foreach (var (number, tensor) in tensors.Index())
        {
            var storage = tensor.DType switch { "F32" => "Float", "U8" => "Byte", var other => throw new NotSupportedException(other) };
            Unicode(tensor.Name).Tensor(storage, $"{number}", tensor.Count, 0, [.. tensor.Shape], Contiguous(tensor.Shape));
            File($"data/{number}", tensor.Bytes.ToArray());
        }

        return Text("u.");
    }

    public MadeTorch Protocol(byte protocol = 2) => Bytes(0x80, protocol);

    /// <summary>A tensor as _rebuild_tensor_v2 gets it.</summary>
    public MadeTorch Tensor(string storage, string key, long count, long offset, long[] sizes, long[] strides) => Text("ctorch._utils\n_rebuild_tensor_v2\n(").Storage(storage, key, count)
        .Integer(offset).Tuple(sizes).Tuple(strides).Bytes(0x89).Text("ccollections\nOrderedDict\n)RtR");

    public MadeTorch Storage(string storage, string key, long count) => Text("(").Unicode("storage").Text($"ctorch\n{storage}Storage\n").Unicode(key).Unicode("cpu").Integer(count).Text("tQ");

    public MadeTorch Tuple(params long[] numbers)
    {
        Text("(");
        foreach (var number in numbers) Integer(number);
        return Text("t");
    }

    public MadeTorch Integer(long number) => Bytes([0x8A, 8, .. BitConverter.GetBytes(number)]);

    public MadeTorch Unicode(string text) => Text("X").Bytes(BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text))).Text(text);

    public MadeTorch Text(string opcodes) => Bytes(Encoding.UTF8.GetBytes(opcodes));

    public MadeTorch Bytes(params byte[] opcodes)
    {
        _pickle.AddRange(opcodes);
        return this;
    }

    public MadeTorch File(string name, byte[] content)
    {
        _files.Add((name, content));
        return this;
    }

    /// <summary>The archive.</summary>
    public byte[] Archive()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in _files.Prepend(("data.pkl", [.. _pickle])))
            {
                using var entry = archive.CreateEntry(Root + name, Compression).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    private static long[] Contiguous(IReadOnlyList<int> shape) => [.. shape.Select((_, side) => shape.Skip(side + 1).Aggregate(1L, (product, size) => product * size))];
}
