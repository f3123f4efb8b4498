using System.Formats.Tar;
using Tombola.Data;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class TarArchiveTests : IDisposable
{
    private static readonly byte[] Data = [.. Enumerable.Range(0, 700).Select(i => (byte)(i * i))];
    private readonly TemporaryFolder _folder = new();

    private string Archive => _folder.At("some.tar.gz");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_are_read_by_name_whatever_their_folder(bool gzip)
    {
        var tar = TinyCifar.Tar(("a/", TarEntryType.Directory, []), ("a/one.bin", TarEntryType.RegularFile, Data), ("./two.bin", TarEntryType.RegularFile, []));
        File.WriteAllBytes(Archive, gzip ? TemporaryFolder.Gzip(tar) : tar);
        var files = TarArchive.Read(Archive, 10_000_000).Files;
        Assert.Equal(["one.bin", "two.bin"], files.Keys.Order());
        Assert.Equal(Data, files["one.bin"].ToArray());
        Assert.Equal(0, files["two.bin"].Length);
    }

    [Theory]
    [InlineData("../x.bin")]
    [InlineData("a/../../x.bin")]
    [InlineData("..")]
    [InlineData("/etc/x.bin")]
    [InlineData("a\\..\\x.bin")]
    [InlineData("\\x.bin")]
    [InlineData("C:/x.bin")]
    public void A_name_that_leads_out_of_the_folder_is_refused(string name)
    {
        Pack(("one.bin", TarEntryType.RegularFile, Data), (name, TarEntryType.RegularFile, Data));
        AssertRefused($"entry 1 is named {name}, which leads out of the archive's folder.");
        Assert.Equal([Archive], Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    public void Links_are_refused(TarEntryType type)
    {
        Pack(("one.bin", TarEntryType.RegularFile, Data), ("two.bin", type, "one.bin"u8.ToArray()));
        AssertRefused($"entry 1 (two.bin) is neither a file nor a folder but a {type}, which a data archive has no use for.");
    }

    [Fact]
    public void Two_files_of_one_name_are_refused()
    {
        Pack(("a/one.bin", TarEntryType.RegularFile, Data), ("b/one.bin", TarEntryType.RegularFile, Data));
        AssertRefused("entry 1 is a second file one.bin.");
    }

    [Fact]
    public void Empty_files_and_archives_are_told_apart()
    {
        File.WriteAllBytes(Archive, []);
        AssertRefused("the file is empty.");
        File.WriteAllBytes(Archive, TemporaryFolder.Gzip(new byte[10_240]));
        AssertRefused("the archive is empty.");
    }

    [Fact]
    public void What_is_no_archive_is_refused()
    {
        File.WriteAllBytes(Archive, Data);
        AssertRefused("this is no tar archive, gzipped or plain, or it is damaged.");
        File.WriteAllBytes(Archive, TemporaryFolder.Gzip(Data));
        AssertRefused("this is no tar archive, gzipped or plain, or it is damaged.");
        File.WriteAllText(Archive, "<html>Not found</html>");
        AssertRefused("this is no tar archive, gzipped or plain, or it is damaged.");
    }

    [Fact]
    public void A_gzipped_archive_that_is_cut_anywhere_is_refused()
    {
        Pack(("a/one.bin", TarEntryType.RegularFile, Data));
        var whole = File.ReadAllBytes(Archive);
        for (var length = 0; length < whole.Length; length += 3)
        {
            File.WriteAllBytes(Archive, whole[..length]);
            AssertRefused("");
        }
    }

    [Fact]
    public void A_gzipped_archive_that_is_flipped_anywhere_is_refused_unless_nothing_of_the_data_changes()
    {
        Pack(("a/one.bin", TarEntryType.RegularFile, Data));
        var whole = File.ReadAllBytes(Archive);
        for (var place = 10; place < whole.Length; place += 3)
        {
            var bytes = (byte[])whole.Clone();
            bytes[place] ^= 0x55;
            File.WriteAllBytes(Archive, bytes);

            // Among many zeros a reference to one place instead of another unpacks to the same bytes.
            if (Record.Exception(() => Assert.Equal(Data, TarArchive.Read(Archive, 10_000_000).Files["one.bin"].ToArray())) is not null) AssertRefused("");
        }
    }

    [Fact]
    public void A_plain_archive_that_is_cut_within_a_file_is_refused_with_the_file()
    {
        var tar = TinyCifar.Tar(("a/one.bin", TarEntryType.RegularFile, Data));
        File.WriteAllBytes(Archive, tar[..900]);
        AssertRefused("entry 0 (one.bin) announces 700 bytes, but the archive ends after 388 of them.");
    }

    [Fact]
    public void More_than_the_first_guess_is_unpacked_whole()
    {
        // Zeros pack to a thousandth, so the space that is taken at first is too small.
        var zeros = new byte[5_000_000];
        zeros[^1] = 7;
        Pack(("one.bin", TarEntryType.RegularFile, zeros));
        Assert.Equal(zeros, TarArchive.Read(Archive, 10_000_000).Files["one.bin"].ToArray());
    }

    [Fact]
    public void A_header_whose_checksum_is_wrong_is_refused()
    {
        var tar = TinyCifar.Tar(("a/one.bin", TarEntryType.RegularFile, Data), ("a/two.bin", TarEntryType.RegularFile, Data));
        foreach (var place in Enumerable.Range(0, 500).Where(place => place is < 148 or > 155))
        {
            File.WriteAllBytes(Archive, Flipped(place));
            AssertRefused("this is no tar archive, gzipped or plain, or it is damaged.");
            File.WriteAllBytes(Archive, Flipped(1536 + place));
            AssertRefused("the header at byte 1536 of the archive is damaged, its checksum is wrong.");
        }

        byte[] Flipped(int place) => [.. tar[..place], (byte)(tar[place] ^ 1), .. tar[(place + 1)..]];
    }

    [Fact]
    public void Sparse_files_are_refused()
    {
        var tar = TinyCifar.Tar(("one.bin", TarEntryType.RegularFile, Data));
        tar[156] = (byte)'S';
        TinyCifar.FitChecksum(tar);
        File.WriteAllBytes(Archive, tar);
        AssertRefused("the entry at byte 0 is a sparse or very large file");

        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "one.bin", new Dictionary<string, string> { ["GNU.sparse.realsize"] = "4000" }));
        }

        File.WriteAllBytes(Archive, bytes.ToArray());
        AssertRefused("one.bin, by its attribute GNU.sparse.realsize, is a sparse or very large file");
    }

    [Fact]
    public void Names_are_shown_without_their_escapes()
    {
        Pack(("\u001b[2J/../x", TarEntryType.RegularFile, Data));
        AssertRefused(@"entry 0 is named \u001b[2J/../x, which leads out");
    }

    private void Pack(params (string, TarEntryType, byte[])[] entries) => File.WriteAllBytes(Archive, TemporaryFolder.Gzip(TinyCifar.Tar(entries)));

    private void AssertRefused(string what)
    {
        var message = Assert.Throws<InvalidDataException>(() => TarArchive.Read(Archive, 10_000_000)).Message;
        Assert.StartsWith($"{Archive}: {what}", message, StringComparison.Ordinal);
        Assert.EndsWith("again.", message, StringComparison.Ordinal);
    }
}
