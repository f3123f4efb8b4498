using System.Buffers.Binary;
using System.Text.Json;
using Tombola.Engine.Foreign;

namespace Tombola.Engine.Networks;

/// <summary>Reads and writes safetensors files, the common format for named arrays.</summary>
/// <remarks>
/// Eight bytes with the length of the header, little-endian; the header, a JSON object of <c>name: {dtype, shape, data_offsets}</c> with an optional
/// <c>__metadata__</c> of strings; the data, without gaps. The header is padded with spaces so that the data starts at a multiple of 64.
/// </remarks>
public static class Safetensors
{
    internal const string MetadataKey = "__metadata__";
    internal const int LengthBytes = 8;
    private const int Alignment = 64;

    /// <summary>Writes tensors, those with the widest elements first so that every element lies at a multiple of its size.</summary>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="tensors">The tensors; names must differ.</param>
    /// <param name="metadata">Strings to keep with them, or null.</param>
    /// <exception cref="ArgumentException">A name comes twice, an element type is unknown, or shape and bytes of a tensor disagree.</exception>
    public static void Write(Stream stream, IEnumerable<Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        Tensor[] ordered = [.. tensors.OrderByDescending(tensor => ElementType.SizeOf(tensor.DType))];
        Check(ordered);

        var header = Header(ordered, metadata);
        var padded = ((LengthBytes + header.Length + Alignment - 1) / Alignment * Alignment) - LengthBytes;
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
        stream.Write(length);
        stream.Write(header);
        for (var i = header.Length; i < padded; i++) stream.WriteByte((byte)' ');
        foreach (var tensor in ordered) stream.Write(tensor.Bytes.Span);
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    public static void Write(string path, IEnumerable<Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        WholeFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Opens a file and reads its header; the tensors are read when they are asked for.</summary>
    /// <exception cref="InvalidDataException">The file is not a sound safetensors file; the message says where and what to do.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SafetensorsFile Read(string path)
    {
        var stream = RegularFile.Open(path, long.MaxValue);
        try
        {
            return new SafetensorsFile(stream, path);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static void Check(Tensor[] tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { MetadataKey };
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name)) throw new ArgumentException($"Two tensors have the name {tensor.Name}, or it is reserved.", nameof(tensors));
            var size = ElementType.SizeOf(tensor.DType);
            if (size == 0)
            {
                throw new ArgumentException(
                    $"Tensor {tensor.Name} has the unknown element type {tensor.DType}. Types: {string.Join(", ", ElementType.Names)}.", nameof(tensors));
            }

            if ((long)tensor.Count * size != tensor.Bytes.Length)
            {
                throw new ArgumentException(
                    $"Tensor {tensor.Name} of shape {Listing.OfShape(tensor.Shape)} and type {tensor.DType} does not take {tensor.Bytes.Length} bytes.",
                    nameof(tensors));
            }
        }
    }

    private static byte[] Header(Tensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }

            var begin = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.DType);
                WriteNumbers(json, "shape", tensor.Shape.Select(n => (long)n));
                WriteNumbers(json, "data_offsets", [begin, begin + tensor.Bytes.Length]);
                json.WriteEndObject();
                begin += tensor.Bytes.Length;
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
