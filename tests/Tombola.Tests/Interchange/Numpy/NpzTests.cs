using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Tombola.Interchange;
using Tombola.Tests.Data.Fuzzing;
using Xunit;

namespace Tombola.Tests.Interchange.Numpy;

/// <summary>Archives of NumPy's arrays: those that it wrote, and those made by hand.</summary>
public sealed class NpzTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("arrays.npz")]
    [InlineData("packed.npz", "In 6 of 6 tensors F64 was converted to F32, rounded to nearest.")]
    public void States_are_read_bit_for_bit(string name, params string[] notes)
    {
        using var file = Oracle.Open(name);
        var reading = StateReader.Read(file, Oracle.LeNet);
        StateReaderTests.AssertSame(Oracle.State(name, Oracle.LeNet), reading.State);
        Assert.Equal(notes, reading.Notes);
        Assert.Equal(["fc_layers.0.weight", "fc_layers.0.bias"], file.Entries.Take(2).Select(entry => entry.Name));
    }

    [Fact]
    public void Objects_are_refused_by_name()
    {
        var message = Assert.Throws<InvalidDataException>(() => Oracle.Open("objects.npz")).Message;
        Assert.Contains("fc.weight is an array of Python objects", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<f2", "F16", 2)]
    [InlineData(">f2", "F16", 2)]
    [InlineData("<f4", "F32", 4)]
    [InlineData(">f4", "F32", 4)]
    [InlineData("<f8", "F64", 8)]
    [InlineData(">f8", "F64", 8)]
    [InlineData("<i8", "I64", 8)]
    [InlineData(">i8", "I64", 8)]
    [InlineData("|u1", "U8", 1)]
    [InlineData("|b1", "BOOL", 1)]
    public void Every_type_order_and_version_gives_the_same_elements(string type, string dtype, int size)
    {
        foreach (var version in new byte[] { 1, 2, 3 })
        {
            foreach (var byColumns in new[] { false, true })
            {
                // Element (i, j, k) of a 2 x 3 x 4 array has the bytes of i, j, k written as digits, lowest byte first.
                var data = new List<byte>();
                for (var place = 0; place < 24; place++)
                {
                    var (i, j, k) = byColumns ? (place % 2, place / 2 % 3, place / 6) : (place / 12, place / 4 % 3, place % 4);
                    byte[] element = [.. Enumerable.Range(0, size).Select(b => (byte)((100 * i) + (10 * j) + k + (7 * b)))];
                    data.AddRange(type[0] == '>' ? element.Reverse() : element);
                }

                using var file = _folder.Write(Npz(("a", Npy($"{{'descr': '{type}', 'fortran_order': {(byColumns ? "True" : "False")}, 'shape': (2, 3, 4), }}", [.. data], version))));
                var tensor = file.Read(file.Entries.Single());
                Assert.Equal((dtype, size * 24), (tensor.DType, tensor.Bytes.Length));
                Assert.Equal([2, 3, 4], tensor.Shape);
                for (var place = 0; place < 24; place++)
                {
                    for (var b = 0; b < size; b++) Assert.Equal((byte)((100 * (place / 12)) + (10 * (place / 4 % 3)) + (place % 4) + (7 * b)), tensor.Bytes.Span[(place * size) + b]);
                }
            }
        }
    }

    [Theory]
    [InlineData("()", 1)]
    [InlineData("(5,)", 5)]
    [InlineData("(5L, 1L)", 5)]
    [InlineData("(0, 7)", 0)]
    public void Shapes_of_any_number_of_sides_are_read(string shape, int count)
    {
        using var file = _folder.Write(Npz(("a", Npy($"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}", new byte[4 * count]))));
        Assert.Equal(count, file.Read(file.Entries.Single()).Count);
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8, "is an array of Python objects")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", 8, "is an array of <c8; numbers of f2, f4")]
    [InlineData("{'descr': '<U9', 'fortran_order': False, 'shape': (1,), }", 36, "is an array of <U9")]
    [InlineData("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }", 4, "is an array of records")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 8, "takes 12 bytes, but has 8")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 8, "takes 4 bytes, but has 8")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", 8, "has a header that is not what NumPy writes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", 8, "has more than 16 dimensions")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536, 65536), }", 8, "has more than 16 dimensions")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1), }", 4, "has more than 16 dimensions")]
    [InlineData("__import__('os').system('harm')", 8, "has a header that is not what NumPy writes")]
    public void What_is_no_array_of_numbers_is_refused(string header, int bytes, string sentence) => AssertRefused(Npz(("a", Npy(header, new byte[bytes]))), sentence);

    [Fact]
    public void Versions_and_beginnings_that_nobody_writes_are_refused()
    {
        AssertRefused(Npz(("a", Npy("{}", [], 4))), "has version 4");
        AssertRefused(Npz(("a", Npy("{}", [], 0))), "has version 0");
        AssertRefused(Npz(("a", new byte[200])), "does not begin like an array of NumPy");
        AssertRefused(Npz(("a", [])), "does not begin like an array of NumPy");
        AssertRefused(Npz(("a", [0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0x7F])), "announces a header of 2147483647 bytes");
    }

    /// <summary>What unpacks to much is refused or left alone: opening takes no more than a header.</summary>
    [Fact]
    public void A_bomb_is_not_unpacked()
    {
        var bomb = Npz(("a", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (50000000,), }", new byte[200_000_000])));
        File.WriteAllBytes(_folder.File, bomb);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var file = ModelFiles.Open(_folder.File);
        Assert.Throws<InvalidDataException>(() => StateReader.Read(file, Oracle.LeNet));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused()
    {
        byte[][] sound = [File.ReadAllBytes(Oracle.At("arrays.npz")), File.ReadAllBytes(Oracle.At("packed.npz"))];
        var array = Npy("{'descr': '<f4', 'fortran_order': True, 'shape': (7, 5), }", new byte[140]);
        for (var seed = 0; seed < LongTests.Inputs(2000); seed++)
        {
            var mutator = new Mutator(seed);
            var made = mutator.Next(3) is < 2 and var which ? mutator.Damage(sound[which]) : Npz(("a", mutator.Damage(array)));
            File.WriteAllBytes(_folder.File, made);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Record.Exception(() =>
            {
                using var file = ModelFiles.Open(_folder.File);
                foreach (var entry in file.Entries) Assert.Equal(entry.Length, file.Read(entry).Bytes.Length);
                StateReader.Read(file, Oracle.LeNet);
            });
            Assert.True(error is null or InvalidDataException, $"Input {seed}: {error}");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000 + (60 * made.Length));
            if (error is not null) Sentences.AssertGood(error.Message, _folder.File);
        }
    }

    private static byte[] Npy(string header, byte[] data, byte version = 1)
    {
        var text = Encoding.ASCII.GetBytes(header + "\n");
        var length = new byte[version == 1 ? 2 : 4];
        if (version == 1) BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        else BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. data];
    }

    private static byte[] Npz(params (string Name, byte[] Bytes)[] arrays)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in arrays)
            {
                using var entry = archive.CreateEntry(name + ".npy").Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    private void AssertRefused(byte[] content, string sentence)
    {
        var message = Assert.Throws<InvalidDataException>(() => _folder.Write(content)).Message;
        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Sentences.AssertGood(message, _folder.File);
    }
}
