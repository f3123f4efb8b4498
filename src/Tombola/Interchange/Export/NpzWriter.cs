using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>Writes NumPy's archive of arrays: a ZIP file with one <c>NAME.npy</c> a tensor, not compressed, and the metadata as JSON in the archive's comment.</summary>
internal static class NpzWriter
{
    private const int Alignment = 64;

    /// <summary>An archive has times; the earliest that it knows makes the same content the same bytes.</summary>
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Write(Stream stream, ExportContent content)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var tensor in content.Tensors())
        {
            var entry = archive.CreateEntry($"{tensor.Name}.npy", CompressionLevel.NoCompression);
            entry.LastWriteTime = Epoch;
            using var array = entry.Open();
            array.Write(Header(tensor));
            array.Write(tensor.Bytes.Span);
        }

        archive.Comment = JsonSerializer.Serialize(new SortedDictionary<string, string>(content.Metadata.ToDictionary(), StringComparer.Ordinal));
    }

    /// <summary>Version 1.0 of the format: magic, version, length, and a dictionary of Python, padded so that the data is aligned.</summary>
    private static byte[] Header(Tensor tensor)
    {
        var shape = string.Concat(tensor.Shape.Select(size => $"{size},"));
        var dictionary = $"{{'descr': '{TypeOf(tensor)}', 'fortran_order': False, 'shape': ({shape}), }}";
        var length = (10 + dictionary.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] header = [0x93, .. "NUMPY"u8, 1, 0, (byte)(length - 10), (byte)((length - 10) >> 8), .. Encoding.ASCII.GetBytes(dictionary.PadRight(length - 11)), (byte)'\n'];
        return header;
    }

    private static string TypeOf(Tensor tensor) => tensor.DType switch
    {
        "F32" => "<f4",
        "U8" => "|u1",
        _ => throw new ArgumentException($"Tensor {tensor.Name} holds {tensor.DType}; states hold F32, and masks U8."),
    };
}
