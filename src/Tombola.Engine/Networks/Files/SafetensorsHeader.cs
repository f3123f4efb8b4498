using System.Buffers.Binary;
using System.Text.Json;
using Tombola.Engine.Foreign;

namespace Tombola.Engine.Networks;

/// <summary>The checked header of a safetensors file: after reading it, every tensor is known to lie within the file.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>Bytes. The format allows four times as much; a checkpoint with the metrics of a long training has ten megabytes.</summary>
    private const int LongestHeader = 25_000_000;

    /// <summary>Names of tensors, and of metadata: each costs some hundred bytes of memory, however short it is in the file.</summary>
    private const int MostNames = 100_000;

    private const int MostDimensions = 16;

    private readonly string _path;
    private readonly long _dataStart;
    private readonly Dictionary<string, PlacedTensor> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private TensorEntry[] _entries = [];

    private SafetensorsHeader(string path, long dataStart) => (_path, _dataStart) = (path, dataStart);

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<TensorEntry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    public TensorEntry? TryFind(string name) => _byName.GetValueOrDefault(name)?.Entry;

    /// <summary>First byte of a tensor, counted from the start of the file.</summary>
    public long BeginOf(TensorEntry entry) => _dataStart + (_byName.TryGetValue(entry.Name, out var placed) && placed.Entry.Equals(entry)
        ? placed.Begin
        : throw new ArgumentException($"{Printable.Name(entry.Name)} is no entry of {_path}.", nameof(entry)));

    /// <exception cref="InvalidDataException">Anything is wrong with it.</exception>
    public static SafetensorsHeader Read(Stream stream, string path)
    {
        Span<byte> prefix = stackalloc byte[Safetensors.LengthBytes];
        var got = stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        if (got < prefix.Length) throw Bad(path, $"the file ends after {got} bytes, before the 8 bytes that give the length of the header");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var available = Math.Max(0, stream.Length - prefix.Length);
        if (length > (ulong)available || length > LongestHeader)
        {
            throw Bad(path, $"bytes 0 to 7 announce a header of {length} bytes, but {available} bytes follow (and {LongestHeader} is the most)");
        }

        var bytes = new byte[(int)length];
        got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (got < bytes.Length) throw Bad(path, $"the file ends after {got} bytes of its header of {bytes.Length}");
        var header = new SafetensorsHeader(path, prefix.Length + bytes.Length);
        header.Parse(bytes);
        header.CheckLayout(available - bytes.Length);
        return header;
    }

    private static InvalidDataException Bad(string path, string what) =>
        new($"{path}: {what}. The file is damaged, cut short or not in the safetensors format; copy or write it again.");

    private InvalidDataException Bad(string what) => Bad(_path, what);

    /// <summary>Walks through the text once: a tree of it would take ten times its bytes.</summary>
    private void Parse(byte[] bytes)
    {
        var json = new Utf8JsonReader(bytes);
        try
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject) throw Bad("the header is not a JSON object");
            var hasMetadata = false;
            while (NextName(ref json) is { } name)
            {
                if (name == Safetensors.MetadataKey && !hasMetadata) hasMetadata = ParseMetadata(ref json);
                else if (name == Safetensors.MetadataKey || _byName.ContainsKey(name)) throw Twice(name);
                else if (_byName.Count == MostNames) throw TooMany("tensors");
                else _byName.Add(name, ParseEntry(name, ref json));
            }

            // Anything but white space behind the object is an error.
            json.Read();
        }
        catch (JsonException)
        {
            throw Bad($"the header is not sound JSON near byte {Safetensors.LengthBytes + json.BytesConsumed}");
        }
        catch (InvalidOperationException)
        {
            // A string or a name that is not valid UTF-16 once its escapes are read.
            throw Bad("the header has text that is not valid Unicode");
        }
    }

    private bool ParseMetadata(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw Bad($"{Safetensors.MetadataKey} is not a JSON object");
        while (NextName(ref json) is { } key)
        {
            if (json.TokenType != JsonTokenType.String) throw Bad($"{Safetensors.MetadataKey} gives {Printable.Name(key)} a value that is not a string");
            if (_metadata.Count == MostNames) throw TooMany(Safetensors.MetadataKey);
            if (!_metadata.TryAdd(key, json.GetString()!)) throw Twice(key);
        }

        return true;
    }

    private PlacedTensor ParseEntry(string name, ref Utf8JsonReader json)
    {
        var (type, shape, range) = ((string?)null, (List<long>?)null, (List<long>?)null);
        var isSound = json.TokenType == JsonTokenType.StartObject;
        while (isSound && NextName(ref json) is { } part)
        {
            switch (part)
            {
                case "dtype":
                    isSound = type is null && json.TokenType == JsonTokenType.String;
                    type = isSound ? json.GetString() : null;
                    break;
                case "shape":
                    isSound = shape is null && (shape = Numbers(ref json)) is not null;
                    break;
                case "data_offsets":
                    isSound = range is null && (range = Numbers(ref json)) is [_, _];
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        var (known, shown) = (type, Printable.Name(name));
        if (!isSound || known is null || shape is null || range is not [var begin, var end])
        {
            throw Bad($"tensor {shown} lacks a dtype, a shape of at most {MostDimensions} dimensions or two data_offsets, all whole numbers from 0 up");
        }

        var size = ElementType.SizeOf(known);
        if (size == 0) throw Bad($"tensor {shown} has the unknown dtype {Printable.Name(known)} (known: {string.Join(", ", ElementType.Names)})");
        var length = (long)size;
        foreach (var n in shape)
        {
            if (n > Array.MaxLength || (n != 0 && length > Array.MaxLength / n))
            {
                throw Bad($"tensor {shown} of shape {Listing.OfShape(shape)} is larger than {Array.MaxLength} bytes");
            }

            length *= n;
        }

        if (end < begin || end - begin != length)
        {
            throw Bad($"tensor {shown} of shape {Listing.OfShape(shape)} and dtype {known} takes {length} bytes, but its data_offsets are {begin} and {end}");
        }

        return new PlacedTensor(new TensorEntry(name, known, [.. shape.Select(n => (int)n)], (int)length), begin);
    }

    /// <summary>The next name of an object, with the reader at its value; null at the object's end.</summary>
    private static string? NextName(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.PropertyName) return null;
        var name = json.GetString();
        json.Read();
        return name;
    }

    /// <summary>Whole numbers from 0 up; null if the JSON is anything else, or has more of them than a tensor has dimensions.</summary>
    private static List<long>? Numbers(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray) return null;
        var numbers = new List<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var number) || number < 0 || numbers.Count == MostDimensions) return null;
            numbers.Add(number);
        }

        return numbers;
    }

    private InvalidDataException Twice(string name) => Bad($"the header has two entries {Printable.Name(name)}");

    private InvalidDataException TooMany(string what) => Bad($"the header has more than {MostNames} entries of {what}");

    /// <summary>The data must be covered from first byte to last, each byte by one tensor.</summary>
    private void CheckLayout(long available)
    {
        PlacedTensor[] placed = [.. _byName.Values.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.Entry.Length)];
        _entries = [.. placed.Select(tensor => tensor.Entry)];
        var end = 0L;
        foreach (var (entry, begin) in placed)
        {
            if (begin != end)
            {
                var what = begin < end ? "overlaps another tensor's" : "leaves a gap after another's";
                throw Bad($"the data of tensor {Printable.Name(entry.Name)} starts at byte {begin} of the data, which {what} that ends at {end}");
            }

            end += entry.Length;
            if (end > available) throw Bad($"the data of tensor {Printable.Name(entry.Name)} ends at {end}, but the file has only {available} bytes of data");
        }

        if (end != available) throw Bad($"the tensors take {end} bytes, but the file has {available} bytes of data");
    }

    /// <summary>A tensor and its first byte, counted from the start of the data.</summary>
    private sealed record PlacedTensor(TensorEntry Entry, long Begin);
}
