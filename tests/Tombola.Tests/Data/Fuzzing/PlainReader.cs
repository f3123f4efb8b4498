using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Tombola.Engine.Networks;

namespace Tombola.Tests.Data.Fuzzing;

/// <summary>Reads sound files the short way, to compare: whatever Tombola accepts must be this.</summary>
internal static class PlainReader
{
    public static byte[] Gunzip(byte[] bytes)
    {
        using var unpacked = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    public static Dictionary<string, byte[]> Tar(byte[] bytes)
    {
        var files = new Dictionary<string, byte[]>();
        using var reader = new TarReader(new MemoryStream(bytes));
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes) continue;
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            files.Add(Path.GetFileName(entry.Name), content.ToArray());
        }

        return files;
    }

    /// <summary>Data of an IDX file, which its header must describe.</summary>
    public static byte[] Idx(byte[] bytes, int dimensions)
    {
        var sizes = Enumerable.Range(0, dimensions).Select(d => (int)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4 + (4 * d)))).ToArray();
        var data = bytes[(4 + (4 * dimensions))..];
        return data.Length == sizes.Aggregate(1, (product, size) => product * size) ? data : throw new ArgumentException("The sizes are wrong.");
    }

    public static Dictionary<string, Tensor> Safetensors(byte[] bytes)
    {
        var start = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, start - 8), new JsonDocumentOptions { AllowDuplicateProperties = false });
        return header.RootElement.EnumerateObject().Where(property => property.Name != "__metadata__").ToDictionary(property => property.Name, property =>
        {
            int[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            int[] range = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32())];
            return new Tensor(property.Name, property.Value.GetProperty("dtype").GetString()!, shape, bytes.AsMemory(start)[range[0]..range[1]]);
        });
    }
}
