using System.Buffers.Binary;
using System.IO.Compression;
using Tombola.Data;

namespace Tombola.Tests.Data;

/// <summary>A folder of its own for one test, and the files that tests put there.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string FullPath { get; } = Directory.CreateTempSubdirectory("tombola-").FullName;

    public DataFolder Data => new(FullPath);

    public string At(params string[] names) => Path.Combine([FullPath, .. names]);

    public void Dispose() => Directory.Delete(FullPath, recursive: true);

    /// <summary>An IDX file with these sizes and bytes.</summary>
    public static byte[] Idx(int[] sizes, byte[] data)
    {
        var header = new byte[4 + (4 * sizes.Length)];
        BinaryPrimitives.WriteInt32BigEndian(header, 0x800 + sizes.Length);
        for (var d = 0; d < sizes.Length; d++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * d)), sizes[d]);
        return [.. header, .. data];
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>IDX files of 6 training and 3 test images; pixel j of image i is (i + j) mod 256, label i is i mod 10.</summary>
    public void WriteIdx(string subfolder, bool gzip = false)
    {
        Directory.CreateDirectory(At(subfolder));
        foreach (var (name, count) in new[] { ("train", 6), ("t10k", 3) })
        {
            Write(At(subfolder, $"{name}-images-idx3-ubyte"), Idx([count, 28, 28], Pixels(count)), gzip);
            Write(At(subfolder, $"{name}-labels-idx1-ubyte"), Idx([count], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]), gzip);
        }
    }

    public static byte[] Pixels(int count) => [.. Enumerable.Range(0, count * 784).Select(p => (byte)((p / 784) + (p % 784)))];

    private static void Write(string path, byte[] bytes, bool gzip) => File.WriteAllBytes(gzip ? path + ".gz" : path, gzip ? Gzip(bytes) : bytes);
}
