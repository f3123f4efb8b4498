using System.Buffers.Binary;
using System.Text.Json;

namespace Tombola.Engine.Networks;

/// <summary>The checked header of a safetensors file: after reading it, every tensor is known to lie within the file.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The format's own bound on the length of a header.</summary>
    private const int LongestHeader = 100_000_000;

    private readonly string _path;
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader(string path, long dataStart) => (_path, DataStart) = (path, dataStart);

    /// <summary>One tensor: <c>Length</c> bytes from byte <c>Begin</c> of the data.</summary>
    public sealed record Entry(string Name, string DType, int[] Shape, long Begin, int Length);

    /// <summary>Byte of the file at which the data starts.</summary>
    public long DataStart { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <exception cref="InvalidDataException">Anything is wrong with it.</exception>
    public static SafetensorsHeader Read(Stream stream, string path)
    {
        if (stream.Length < Safetensors.LengthBytes)
        {
            throw Bad(path, $"the file ends after {stream.Length} bytes, before the 8 bytes that give the length of the header");
        }

        Span<byte> prefix = stackalloc byte[Safetensors.LengthBytes];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)(stream.Length - Safetensors.LengthBytes) || length > LongestHeader)
        {
            throw Bad(path, $"bytes 0 to 7 announce a header of {length} bytes, but {stream.Length - Safetensors.LengthBytes} bytes follow (and "
                + $"{LongestHeader} is the most)");
        }

        var bytes = new byte[(int)length];
        stream.ReadExactly(bytes);
        var header = new SafetensorsHeader(path, Safetensors.LengthBytes + bytes.Length);
        header.Parse(bytes);
        header.CheckLayout(stream.Length - header.DataStart);
        return header;
    }

    private static InvalidDataException Bad(string path, string what) =>
        new($"{path}: {what}. The file is damaged, cut short or not in the safetensors format; copy or write it again.");

    private InvalidDataException Bad(string what) => Bad(_path, what);

    private void Parse(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Bad("the header is not a JSON object");
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == Safetensors.MetadataKey) ParseMetadata(property.Value);
                else _entries.Add(ParseEntry(property.Name, property.Value));
            }
        }
        catch (JsonException error)
        {
            throw Bad($"the header is not sound JSON near byte {Safetensors.LengthBytes + (error.BytePositionInLine ?? 0)}");
        }
        catch (InvalidOperationException)
        {
            // A string or a name that is not valid UTF-16 once its escapes are read.
            throw Bad("the header has text that is not valid Unicode");
        }
    }

    private void ParseMetadata(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw Bad($"{Safetensors.MetadataKey} is not a JSON object");
        foreach (var property in json.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String) throw Bad($"{Safetensors.MetadataKey} gives {property.Name} a value that is not a string");
            _metadata[property.Name] = property.Value.GetString()!;
        }
    }

    private Entry ParseEntry(string name, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
            || !json.TryGetProperty("shape", out var dimensions) || Numbers(dimensions) is not { } shape
            || !json.TryGetProperty("data_offsets", out var range) || Numbers(range) is not [var begin, var end])
        {
            throw Bad($"tensor {name} lacks a dtype, a shape or two data_offsets that are whole numbers from 0 up");
        }

        var size = ElementType.SizeOf(type.GetString()!);
        if (size == 0) throw Bad($"tensor {name} has the unknown dtype {type.GetString()} (known: {string.Join(", ", ElementType.Names)})");
        var length = (long)size;
        foreach (var n in shape)
        {
            if (n != 0 && length > Array.MaxLength / n)
            {
                throw Bad($"tensor {name} of shape [{string.Join(", ", shape)}] is larger than {Array.MaxLength} bytes");
            }

            length *= n;
        }

        if (end < begin || end - begin != length)
        {
            throw Bad($"tensor {name} of shape [{string.Join(", ", shape)}] and dtype {type.GetString()} takes {length} bytes, but its data_offsets "
                + $"are {begin} and {end}");
        }

        return new Entry(name, type.GetString()!, [.. shape.Select(n => (int)n)], begin, (int)length);
    }

    /// <summary>Whole numbers from 0 up, or null if the JSON is anything else.</summary>
    private static List<long>? Numbers(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array) return null;
        var numbers = new List<long>();
        foreach (var element in json.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out var number) || number < 0) return null;
            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>The data must be covered from first byte to last, each byte by one tensor.</summary>
    private void CheckLayout(long available)
    {
        _entries.Sort((x, y) => (x.Begin, x.Length).CompareTo((y.Begin, y.Length)));
        var end = 0L;
        foreach (var entry in _entries)
        {
            if (entry.Begin != end)
            {
                var what = entry.Begin < end ? "overlaps another tensor's" : "leaves a gap after another's";
                throw Bad($"the data of tensor {entry.Name} starts at byte {entry.Begin} of the data, which {what} that ends at {end}");
            }

            end += entry.Length;
            if (end > available) throw Bad($"the data of tensor {entry.Name} ends at {end}, but the file has only {available} bytes of data");
        }

        if (end != available) throw Bad($"the tensors take {end} bytes, but the file has {available} bytes of data");
    }
}
