using System.Formats.Tar;

namespace Tombola.Tests.Data;

/// <summary>Archives in the format of CIFAR with three records a file; pixel p of record i of file f is (40 f + 7 i + p) mod 256.</summary>
/// <param name="Folder">Folder in the archive.</param>
/// <param name="Names">Names of the files, the test file last.</param>
/// <param name="Classes">Values of each label byte.</param>
internal sealed record TinyCifar(string Folder, string[] Names, int[] Classes)
{
    public const int Records = 3, Pixels = 3072;

    public static TinyCifar Ten { get; } = new("cifar-10-batches-bin", [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin"), "test_batch.bin"], [10]);

    public static TinyCifar Hundred { get; } = new("cifar-100-binary", ["train.bin", "test.bin"], [20, 100]);

    /// <summary>Class of record i of file f: 10 minus their sum is one of them for every archive.</summary>
    public static int Label(int file, int record) => 9 - file - record;

    public static byte Pixel(int file, int record, int pixel) => (byte)((40 * file) + (7 * record) + pixel);

    /// <summary>The whole of a file.</summary>
    public byte[] Content(int file) => [.. Enumerable.Range(0, Records).SelectMany(i => Record(file, i))];

    public void WriteFolder(string path)
    {
        Directory.CreateDirectory(path);
        foreach (var (f, name) in Names.Index()) File.WriteAllBytes(Path.Combine(path, name), Content(f));
    }

    /// <summary>Writes the archive, gzipped, as it was published: the folder first, and its files in no order.</summary>
    public void WriteArchive(string path) => Write(path, TemporaryFolder.Gzip(Tar()));

    public byte[] Tar() => Tar([
        (Folder + "/", TarEntryType.Directory, []),
        (Folder + "/batches.meta.txt", TarEntryType.RegularFile, "names"u8.ToArray()),
        .. Names.Index().Reverse().Select(file => ($"{Folder}/{file.Item}", TarEntryType.RegularFile, Content(file.Index))),
    ]);

    /// <summary>A tar of any entries; the content of a link is where it leads.</summary>
    public static byte[] Tar(params (string Name, TarEntryType Type, byte[] Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, type, content) in entries)
            {
                var entry = new UstarTarEntry(type, name) { ModificationTime = DateTimeOffset.UnixEpoch };
                if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = System.Text.Encoding.UTF8.GetString(content);
                else if (type == TarEntryType.RegularFile) entry.DataStream = new MemoryStream(content);
                writer.WriteEntry(entry);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Makes the checksum of an archive's first header that of its bytes.</summary>
    public static void FitChecksum(byte[] tar)
    {
        tar.AsSpan(148, 8).Fill((byte)' ');
        var sum = tar.Take(512).Sum(one => one);
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(tar, 148);
    }

    public static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    // Only the last label byte counts; the others are given another value.
    private IEnumerable<byte> Record(int file, int record) => [
        .. Classes.SkipLast(1).Select(_ => (byte)19),
        (byte)Label(file, record),
        .. Enumerable.Range(0, Pixels).Select(p => Pixel(file, record, p)),
    ];
}
