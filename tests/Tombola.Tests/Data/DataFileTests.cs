using System.IO.Compression;
using System.IO.Hashing;
using Tombola.Data;
using Tombola.Reporting;
using Tombola.Tests.Data.Fuzzing;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class DataFileTests : IDisposable
{
    private static readonly byte[] Data = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * i / 7))];
    private readonly TemporaryFolder _folder = new();

    private string Gzipped => _folder.At("a.gz");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void A_gzipped_file_is_unpacked_and_a_plain_one_is_not(CompressionLevel level)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level)) gzip.Write(Data);
        File.WriteAllBytes(Gzipped, packed.ToArray());
        Assert.Equal(Data, DataFile.ReadAll(Gzipped, Data.Length));
        File.WriteAllBytes(Gzipped, Data);
        Assert.Equal(Data, DataFile.ReadAll(Gzipped, Data.Length));
        File.WriteAllBytes(Gzipped, [0x1F]);
        Assert.Equal([0x1F], DataFile.ReadAll(Gzipped, Data.Length));
    }

    [Fact]
    public void A_header_may_have_extras_a_name_a_comment_and_a_checksum()
    {
        byte[] plain = TemporaryFolder.Gzip(Data), header = [0x1F, 0x8B, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 3, 5, 0, 1, 2, 3, 4, 5, .. "a.bin\0"u8, .. "a comment\0"u8];
        byte[] checksum = [.. Crc32.Hash(header).Take(2)];
        File.WriteAllBytes(Gzipped, [.. header, .. checksum, .. plain[10..]]);
        Assert.Equal(Data, DataFile.ReadAll(Gzipped, Data.Length));
        for (var length = 2; length < header.Length + 12; length++)
        {
            File.WriteAllBytes(Gzipped, File.ReadAllBytes(Gzipped)[..length]);
            AssertRefused();
            File.WriteAllBytes(Gzipped, [.. header, .. checksum, .. plain[10..]]);
        }
    }

    [Fact]
    public void Whatever_follows_the_gzip_member_is_refused_even_a_repeated_trailer_or_a_second_member()
    {
        var whole = TemporaryFolder.Gzip(Data);
        byte[] empty = [.. whole[..10], 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[][] junk = [[0], [1, 2, 3], whole[^4..], whole[^8..], [0, .. whole[^8..]], new byte[10_000], [.. new byte[10_000], .. whole[^8..]], whole, empty];
        foreach (var added in junk)
        {
            File.WriteAllBytes(Gzipped, [.. whole, .. added]);
            AssertRefused();
        }
    }

    [Fact]
    public void Packed_data_without_its_end_is_refused_though_all_bytes_are_there()
    {
        // The first bit says that no block follows; without it another should.
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression)) gzip.Write(Data);
        var whole = packed.ToArray();
        File.WriteAllBytes(Gzipped, [.. whole[..10], (byte)(whole[10] ^ 1), .. whole[11..]]);
        AssertRefused();
    }

    private void AssertRefused()
    {
        var message = Assert.Throws<InvalidDataException>(() => DataFile.ReadAll(Gzipped, 1_000_000)).Message;
        Assert.Contains("again", message, StringComparison.Ordinal);
        Sentences.AssertGood(message, _folder.FullPath);
    }
}
