using System.IO.Compression;
using Razorvine.Pickle;
using Tombola.Interchange;
using Tombola.Tests.Data.Fuzzing;
using Xunit;

namespace Tombola.Tests.Interchange.Torch;

/// <summary>Pickles that were made to do harm: refused by what they are, with nothing run, made or kept that the file's size does not allow.</summary>
public sealed class HostilePickleTests : IDisposable
{
    private const long Megabyte = 1 << 20;

    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("nt", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "exec")]
    [InlineData("builtins", "ValueError")]
    [InlineData("builtins", "getattr")]
    [InlineData("exceptions", "Exception")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("torch.hub", "load")]
    [InlineData("torch._utils", "_rebuild_tensor_v2 ")]
    [InlineData("", "")]
    [InlineData("argparse", "Namespace")]

    // What the package would make of its own accord.
    [InlineData("datetime", "datetime")]
    [InlineData("datetime", "timedelta")]
    [InlineData("decimal", "Decimal")]
    [InlineData("array", "array")]
    [InlineData("array", "_array_reconstructor")]
    [InlineData("builtins", "complex")]
    [InlineData("builtins", "bytearray")]
    [InlineData("builtins", "set")]
    public void Names_that_are_not_on_the_list_are_refused_by_name(string module, string name)
    {
        AssertRefused(new MadeTorch().Protocol().Text($"c{module}\n{name}\n(").Unicode("echo harm").Text("tR."), $"calls for {module}.{name}, which is not on the short list");
        AssertRefused(new MadeTorch().Protocol().Text($"}}(").Unicode("x").Text($"c{module}\n{name}\nu."), $"calls for {module}.{name}, which is not on the short list");
    }

    /// <summary>A program that uses the package too may teach it names; they are not known here, and ours are not known there.</summary>
    [Fact]
    public void Names_that_others_taught_the_package_are_not_called()
    {
        var spy = new Spy();
        Unpickler.registerConstructor("tombola.tests", "spy", spy);
        Unpickler.registerConstructor("collections", "OrderedDict", spy);
        AssertRefused(new MadeTorch().Protocol().Text("ctombola.tests\nspy\n)R."), "calls for tombola.tests.spy");
        AssertRefused(new MadeTorch().Protocol().Text("ccollections\nOrderedDict\n)R."), "there is no state dict in the file, which holds a dictionary with none");
        Assert.Equal(0, spy.Calls);
    }

    [Theory]
    [InlineData("0x69", "(ios\nsystem\n.")]
    [InlineData("0x6F", "(}o.")]
    [InlineData("0x82", "\u0082\u0001.")]
    [InlineData("0x83", "\u0083\u0001\u0000.")]
    [InlineData("0x84", "\u0084\u0001\u0000\u0000\u0000.")]
    [InlineData("0x93", "X\u0002\u0000\u0000\u0000osX\u0006\u0000\u0000\u0000system\u0093.")]
    [InlineData("0x92", "}})}\u0092.")]
    [InlineData("0x97", "\u0097.")]
    [InlineData("0x96", "\u0096\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u007F.")]
    [InlineData("0x50", "Parchive\n.")]
    [InlineData("0x8B", "\u008B\u00FF\u00FF\u00FF\u007F.")]
    [InlineData("0x49", "I1\n.")]
    [InlineData("0x4C", "L99999999999999999999L\n.")]
    [InlineData("0x70", "}p0\n.")]
    [InlineData("0x67", "}g0\n.")]
    [InlineData("0x32", "}2.")]
    [InlineData("0x64", "(d.")]
    [InlineData("0x8F", "\u008F.")]
    [InlineData("0x95", "\u0095\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF.")]
    [InlineData("0x00", "\u0000.")]
    public void Opcodes_that_no_state_dict_needs_are_refused(string opcode, string pickle) =>
        AssertRefused(new MadeTorch().Protocol().Bytes([.. pickle.Select(letter => (byte)letter)]), $"has the opcode {opcode} at byte ");

    [Fact]
    public void Every_opcode_in_any_place_is_let_through_or_refused()
    {
        for (var opcode = 0; opcode < 256; opcode++)
        {
            foreach (var before in new[] { "", "(}", "}N", "ctorch\ndevice\n)", "}(K\u0001" })
            {
                AssertRefused(new MadeTorch().Protocol().Bytes([.. before.Select(letter => (byte)letter), (byte)opcode, 1, 0, 0, 0, (byte)'.']), _folder.File);
            }
        }
    }

    [Fact]
    public void A_bomb_of_lists_within_lists_takes_no_memory()
    {
        // Each list holds the one before ten times: 10^60 things in all, sixty lists in truth.
        var made = new MadeTorch().Protocol().Text("]q").Bytes(0);
        for (byte i = 0; i < 60; i++) made.Text("](").Bytes([.. Enumerable.Repeat(new[] { (byte)'h', i }, 10).SelectMany(pair => pair)]).Text("eq").Bytes((byte)(i + 1));
        AssertRefused(made.Text("."), "which holds no dictionary");
        AssertRefused(new MadeTorch().Protocol().Text("}q").Bytes(0).Unicode("state_dict").Text("h").Bytes(0).Text("s."), "a dictionary with state_dict");
    }

    [Theory]
    [InlineData('}', 400)]
    [InlineData(']', 128)]
    [InlineData('(', 64)]
    [InlineData('N', 64)]
    public void More_things_than_the_file_s_size_allows_are_refused(char opcode, int cost)
    {
        var count = (40_000_000 / cost) + 1_000;
        var made = new MadeTorch { Root = "archive/" }.Protocol().Text(new string(opcode, count));
        AssertRefused(made.Text("."), "makes more things than a file of its size needs", 40 * Megabyte);
    }

    [Fact]
    public void Things_kept_under_numbers_that_collide_are_refused() =>
        AssertRefused(new MadeTorch().Protocol().Text("}r").Bytes(0, 0, 0, 0).Text("r").Bytes(0xFF, 0xFF, 0xFF, 0x7F).Text("."), "keeps a thing as number 2147483647 after 1 others");

    [Fact]
    public void Nesting_of_any_depth_is_walked_without_a_stack()
    {
        const int Depth = 100_000;
        AssertRefused(new MadeTorch().Protocol().Text(new string(']', Depth)).Text(new string('a', Depth - 1)).Text("."), "which holds no dictionary", 32 * Megabyte);
        AssertRefused(new MadeTorch().Protocol().Text(")").Bytes([.. Enumerable.Repeat((byte)0x85, Depth)]).Text("."), "which holds no dictionary", 32 * Megabyte);
        var nested = new MadeTorch().Protocol().Text("}");
        for (var i = 0; i < 20_000; i++) nested.Unicode("model").Text("}");
        for (var i = 0; i < 20_000; i++) nested.Text("s");
        AssertRefused(nested.Text("."), "a dictionary with model", 32 * Megabyte);
    }

    [Theory]
    [InlineData("Float", 4, 0, new long[] { 2, 2 }, new long[] { 2, 1 }, 16, null)]
    [InlineData("Float", 5, 0, new long[] { 2, 2 }, new long[] { 2, 1 }, 16, "is said to have 5 elements of 4 bytes, but takes 16 in the archive")]
    [InlineData("Float", 4, 0, new long[] { 2, 2 }, new long[] { 2, 1 }, 17, "is said to have 4 elements of 4 bytes, but takes 17")]
    [InlineData("Double", 4, 0, new long[] { 2, 2 }, new long[] { 2, 1 }, 16, "is said to have 4 elements of 8 bytes")]
    [InlineData("Float", -4, 0, new long[] { 2, 2 }, new long[] { 2, 1 }, 16, "is said to have -4 elements")]
    [InlineData("Float", long.MaxValue, 0, new long[] { 2, 2 }, new long[] { 2, 1 }, 16, "is said to have 9223372036854775807 elements")]
    [InlineData("Float", 0x4000000000000004, 0, new long[] { 2, 2 }, new long[] { 2, 1 }, 16, "is said to have 4611686018427387908 elements")]
    [InlineData("Float", 4, 1, new long[] { 2, 2 }, new long[] { 2, 1 }, 16, "ends at element 4 of a storage that has 4")]
    [InlineData("Float", 4, 0, new long[] { 2, 3 }, new long[] { 2, 1 }, 16, "ends at element 4 of a storage that has 4")]
    [InlineData("Float", 4, 0, new long[] { 2, 2 }, new long[] { 3, 1 }, 16, "ends at element 4 of a storage that has 4")]
    [InlineData("Float", 4, -1, new long[] { 2, 2 }, new long[] { 2, 1 }, 16, "has a shape, strides or an offset that no tensor has")]
    [InlineData("Float", 4, 0, new long[] { 2, 2 }, new long[] { -2, 1 }, 16, "has a shape, strides or an offset that no tensor has")]
    [InlineData("Float", 4, 0, new long[] { -2, 2 }, new long[] { 2, 1 }, 16, "has a shape, strides or an offset that no tensor has")]
    [InlineData("Float", 4, 0, new long[] { 2, 2 }, new long[] { 1 }, 16, "has a shape, strides or an offset that no tensor has")]
    [InlineData("Float", 4, 0, new long[] { 1L << 32, 1L << 32 }, new long[] { 0, 0 }, 16, "has a shape, strides or an offset that no tensor has")]
    [InlineData("Float", 4, 0, new long[] { 1 << 30, 1 << 30, 1 << 30, 1 << 30 }, new long[] { 0, 0, 0, 0 }, 16, "repeats the 4 elements")]
    [InlineData("Float", 4, 0, new long[] { 2, 2 }, new long[] { long.MaxValue, long.MaxValue }, 16, "ends at element 18446744073709551614 of a storage that has 4")]
    [InlineData("Float", 4, long.MaxValue, new long[] { 1 }, new long[] { 1 }, 16, "ends at element 9223372036854775807 of a storage that has 4")]
    [InlineData("Float", 4, 0, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4 }, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 16, "has a shape, strides or an offset that no tensor has")]
    public void Tensors_outside_their_storage_are_refused(string storage, long count, long offset, long[] sizes, long[] strides, int bytes, string? sentence)
    {
        var made = new MadeTorch().Protocol().Text("}").Unicode("fc.weight").Tensor(storage, "0", count, offset, sizes, strides).Text("s.").File("data/0", new byte[bytes]);
        if (sentence is not null) AssertRefused(made, sentence);
        else Open(made);
    }

    [Fact]
    public void Persistent_ids_of_other_forms_are_refused()
    {
        string[] ids =
        [
            "}", "N", "K\u0001", ")", "(K\u0001K\u0002t", "X\u0007\u0000\u0000\u0000storage", "(X\u0007\u0000\u0000\u0000storageX\u0001\u0000\u0000\u00000X\u0001\u0000\u0000\u00000X\u0003\u0000\u0000\u0000cpuK\u0001t",
            "(X\u0006\u0000\u0000\u0000modulectorch\nFloatStorage\nX\u0001\u0000\u0000\u00000X\u0003\u0000\u0000\u0000cpuK\u0001t", "(X\u0007\u0000\u0000\u0000storagectorch\nFloatStorage\nK\u0000X\u0003\u0000\u0000\u0000cpuK\u0001t",
            "(X\u0007\u0000\u0000\u0000storagectorch\nFloatStorage\nX\u0001\u0000\u0000\u00000X\u0003\u0000\u0000\u0000cpuG\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000t",
            "(X\u0007\u0000\u0000\u0000storagectorch\nfloat32\nX\u0001\u0000\u0000\u00000X\u0003\u0000\u0000\u0000cpuK\u0001t",
        ];
        foreach (var id in ids) AssertRefused(new MadeTorch().Protocol().Bytes([.. id.Select(letter => (byte)letter)]).Text("Q.").File("data/0", new byte[4]), "the pickle is damaged, or not of this kind");
        AssertRefused(new MadeTorch().Protocol().Storage("Float", "../../etc/passwd", 1).Text(".").File("data/0", new byte[4]), "the archive lacks its storage ../../etc/passwd");
    }

    [Fact]
    public void Attributes_of_what_has_none_are_refused()
    {
        foreach (var target in new[] { "]", "N", "K\u0001", ")", "}", "ctorch\nfloat32\n", "ccollections\nOrderedDict\n" })
        {
            AssertRefused(new MadeTorch().Protocol().Bytes([.. target.Select(letter => (byte)letter)]).Text("K").Bytes(1).Text("b."), "the pickle is damaged, or not of this kind");
        }
    }

    [Fact]
    public void A_pickle_that_ends_early_or_announces_too_much_is_refused()
    {
        AssertRefused(new MadeTorch().Protocol(), "ends within what is announced at byte 2");
        AssertRefused(new MadeTorch().Protocol().Text("X").Bytes(0xFF, 0xFF, 0xFF, 0xFF).Text("short."), "ends within what is announced at byte 7");
        AssertRefused(new MadeTorch().Protocol().Text("B").Bytes(0xFF, 0xFF, 0xFF, 0x7F).Text("short."), "ends within what is announced at byte 7");
        AssertRefused(new MadeTorch().Protocol().Text("ctorch\n").Text(new string('x', 1_000_000)), "has a name of more than 200 bytes at byte 9");
        AssertRefused(new MadeTorch(), "ends within what is announced at byte 0");
    }

    [Fact]
    public void Compressed_archives_are_refused_before_they_are_unpacked()
    {
        var bomb = new MadeTorch { Compression = CompressionLevel.SmallestSize }.Protocol().Text("}.").File("data/0", new byte[100_000_000]);
        AssertRefused(bomb, "is compressed, which PyTorch never does");
    }

    [Fact]
    public void An_archive_that_was_cut_short_or_needs_a_password_is_refused()
    {
        var whole = File.ReadAllBytes(Oracle.At("lenet.pth"));
        AssertRefused(whole[..^100], "the zip archive is cut short or damaged");
        AssertRefused(whole[..2000], "the zip archive is cut short or damaged");

        // The flag of the first file in the directory, and of the file itself.
        var directory = whole.AsSpan().IndexOf("PK\u0001\u0002"u8);
        var locked = (byte[])whole.Clone();
        locked[directory + 8] |= 1;
        locked[6] |= 1;
        AssertRefused(locked, "in the archive is encrypted");
    }

    [Fact]
    public void An_archive_with_no_pickle_or_two_is_refused()
    {
        AssertRefused(new MadeTorch().Protocol().Text("}.").File("b/data.pkl", [.. "}."u8]), "the archive has 2 files data.pkl, not one");
        AssertRefused(new MadeTorch { Root = "x" }.Protocol().Text("}."), "this is a zip archive, but neither PyTorch's nor NumPy's");
        AssertRefused(new MadeTorch().Protocol().Text("}.").File("constants.pkl", [.. "}."u8]), "this is a program of TorchScript");
        AssertRefused(new MadeTorch().Protocol().Text("}.").File("byteorder", [.. "big"u8]), "its numbers are big-endian");
    }

    /// <summary>The same tensors under whatever folder, with the files that newer versions put beside them.</summary>
    [Fact]
    public void Files_of_newer_versions_are_read()
    {
        var made = new MadeTorch { Root = "some name/" }.With(Tombola.Engine.Networks.StateFile.Tensors(ModelFolder.StateOf(Oracle.LeNet)));
        made.File("version", [.. "3\n"u8]).File("byteorder", [.. "little"u8]).File(".format_version", [.. "1"u8]).File(".data/serialization_id", [.. "0123"u8]);
        StateReaderTests.AssertSame(ModelFolder.StateOf(Oracle.LeNet), StateReader.Read(_folder.Write(made.Archive()), Oracle.LeNet).State);
    }

    private void Open(MadeTorch made)
    {
        using var file = _folder.Write(made.Archive());
        foreach (var entry in file.Entries) file.Read(entry);
    }

    private void AssertRefused(MadeTorch made, string sentence, long memory = 4 * Megabyte) => AssertRefused(made.Archive(), sentence, memory);

    private void AssertRefused(byte[] content, string sentence, long memory = 32 * Megabyte)
    {
        File.WriteAllBytes(_folder.File, content);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Assert.Throws<InvalidDataException>(() => ModelFiles.Open(_folder.File)).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, memory + (4 * content.Length));
        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Sentences.AssertGood(message, _folder.File);
    }

    private sealed class Spy : IObjectConstructor
    {
        public int Calls { get; private set; }

        public object construct(object[] args)
        {
            Calls++;
            return this;
        }
    }
}
