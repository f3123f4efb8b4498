using System.IO.Compression;
using Tombola.Interchange;
using Tombola.Tests.Data.Fuzzing;
using Xunit;

namespace Tombola.Tests.Interchange.Torch;

/// <summary>Thousands of damaged files of PyTorch: each is read, or refused in a sentence, and takes no more memory than its size allows.</summary>
public sealed class TorchMutationTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("checkpoint.pth")]
    [InlineData("strided.pth")]
    [InlineData("pruned.pth")]
    public void Damaged_files_are_read_or_refused(string name)
    {
        var sound = File.ReadAllBytes(Oracle.At(name));
        var files = Files(sound);
        for (var seed = 0; seed < LongTests.Inputs(1000); seed++)
        {
            var mutator = new Mutator(seed);
            var made = mutator.Next(4) == 0 ? mutator.Damage(sound) : Damaged(files, mutator);
            File.WriteAllBytes(_folder.File, made);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Record.Exception(() =>
            {
                using var file = ModelFiles.Open(_folder.File);
                foreach (var entry in file.Entries) Assert.Equal(entry.Length, file.Read(entry).Bytes.Length);
                StateReader.Read(file, Oracle.LeNet);
            });
            Assert.True(error is null or InvalidDataException, $"Input {seed}: {error}");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3_000_000 + (60 * made.Length));
            if (error is not null) Sentences.AssertGood(error.Message, _folder.File);
        }
    }

    /// <summary>The archive is sound, but not what is in one of its files; mostly the pickle.</summary>
    private static byte[] Damaged(List<(string Name, byte[] Bytes)> files, Mutator mutator)
    {
        var which = mutator.Next(3) > 0 ? 0 : mutator.Next(files.Count);
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (i, (name, bytes)) in files.Index())
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(i != which ? bytes : mutator.Next(2) == 0 ? Flipped(bytes, mutator) : mutator.Damage(bytes));
            }
        }

        return stream.ToArray();
    }

    /// <summary>One byte is another: an opcode, a number, a letter of a name.</summary>
    private static byte[] Flipped(byte[] bytes, Mutator mutator)
    {
        var flipped = (byte[])bytes.Clone();
        if (flipped.Length > 0) flipped[mutator.Next(flipped.Length)] = mutator.Next(2) == 0 ? (byte)mutator.Next(256) : (byte)"().}]NKMJQRXabcehjqrstu0"[mutator.Next(24)];
        return flipped;
    }

    private static List<(string Name, byte[] Bytes)> Files(byte[] whole)
    {
        using var archive = new ZipArchive(new MemoryStream(whole));
        return [.. archive.Entries.Select(entry =>
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return (entry.FullName, bytes.ToArray());
        })];
    }
}
