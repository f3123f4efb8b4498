using System.Text;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Xunit;

namespace Tombola.Tests.Interchange;

/// <summary>What a file is, by its content.</summary>
public sealed class ModelFilesTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, byte[]> Strangers => new()
    {
        { "the file is empty", [] },
        { "this is a web page", "<!DOCTYPE html><html>"u8.ToArray() },
        { "this is a web page", "\uFEFF \n<HTML lang='en'>"u8.ToArray() },
        { "this is an HDF5 file", [0x89, .. "HDF\r\n\u001a\n and more"u8] },
        { "this is a tar archive, as PyTorch wrote before version 0.4", [.. new byte[257], .. "ustar\000"u8, .. new byte[249]] },
        { "this is a pickle, as PyTorch wrote before version 1.6", [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'] },
        { "this is a gzip file", [0x1F, 0x8B, 8, 0] },
        { "this is a single array of NumPy", [0x93, .. "NUMPY"u8, 1, 0] },
        { "this is a pointer of git-lfs", "version https://git-lfs.github.com/spec/v1\n"u8.ToArray() },
        { "this is no file of a network that is known", "weights"u8.ToArray() },
        { "bytes 0 to 7 announce a header of", Encoding.ASCII.GetBytes("12345678{") },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public void What_cannot_be_read_is_named(string sentence, byte[] content)
    {
        var message = Assert.Throws<InvalidDataException>(() => _folder.Write(content)).Message;
        Assert.StartsWith(_folder.File, message, StringComparison.Ordinal);
        Assert.Contains(sentence, message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_told_as_such() => Assert.Throws<FileNotFoundException>(() => ModelFiles.Open(_folder.File));

    [Fact]
    public void A_program_may_add_a_format()
    {
        var format = new ModelFormat("one byte", file => file.Length == 1, path => new OneByte(path));
        ModelFiles.Registry.Add(format);
        using var file = _folder.Write([42]);
        Assert.Equal(42, file.Read(file.Entries[0]).As<byte>()[0]);
    }

    private sealed class OneByte(string path) : ITensorFile
    {
        public string Path => path;

        public IReadOnlyList<TensorEntry> Entries { get; } = [new TensorEntry("byte", "U8", [1], 1)];

        public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

        public Tensor Read(TensorEntry entry) => new(entry.Name, entry.DType, entry.Shape, File.ReadAllBytes(path));

        public void Dispose()
        {
        }
    }
}
