using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Networks;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tombola-").FullName;

    private string File1 => Path.Combine(_folder, "a.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tensors_of_every_type_come_back_bit_for_bit()
    {
        Tensor[] tensors =
        [
            Tensor.Of<byte>("u8", [3], [1, 2, 255]),
            Tensor.Of<float>("f32", [2, 2], [1.5f, float.NaN, float.NegativeInfinity, -0f]),
            Tensor.Of<double>("f64", [1, 1, 2], [Math.PI, double.Epsilon]),
            Tensor.Of<long>("i64", [], [long.MinValue]),
            Tensor.Of<ulong>("u64", [1], [ulong.MaxValue]),
            Tensor.Of<int>("i32", [2], [int.MinValue, 7]),
            Tensor.Of<short>("i16", [1], [-3]),
            Tensor.Of<Half>("f16", [1], [(Half)0.5f]),
            Tensor.Of<bool>("bool", [2], [true, false]),
            Tensor.Of<float>("empty", [0, 4], []),
        ];
        Safetensors.Write(File1, tensors, new Dictionary<string, string> { ["é"] = "ü\n\"x\"" });

        var file = Safetensors.Read(File1);

        Assert.Equal("ü\n\"x\"", file.Metadata["é"]);
        Assert.Equal(tensors.Length, file.Entries.Count);
        foreach (var tensor in tensors)
        {
            var read = file[tensor.Name];
            Assert.Equal(tensor.DType, read.DType);
            Assert.Equal(tensor.Shape, read.Shape);
            Assert.True(tensor.Bytes.Span.SequenceEqual(read.Bytes.Span));
        }

        Assert.Equal(-3, file["i16"].As<short>()[0]);
        Assert.Equal([true, false], file["bool"].As<bool>().ToArray());
        Assert.Equal("Tensor u8 holds U8, not F32.", Assert.Throws<InvalidOperationException>(() => file["u8"].As<float>()[0]).Message);
    }

    [Fact]
    public void The_data_starts_at_a_multiple_of_64_after_a_header_padded_with_spaces()
    {
        for (var length = 1; length < 70; length++)
        {
            using var stream = new MemoryStream();
            Safetensors.Write(stream, [Tensor.Of<byte>(new string('n', length), [1], [42])]);
            var bytes = stream.ToArray();
            var start = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            Assert.Equal(0, start % 64);
            Assert.Equal(start + 1, bytes.Length);
            Assert.EndsWith("}", Encoding.UTF8.GetString(bytes, 8, start - 8).TrimEnd(' '), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_written_by_hand_as_the_format_describes_is_read()
    {
        WriteRaw("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":{"a":"b"}}""", [0, 0, 128, 63, 0, 0, 0, 192]);
        var file = Safetensors.Read(File1);
        Assert.Equal([1f, -2f], file["w"].As<float>().ToArray());
        Assert.Equal("b", file.Metadata["a"]);
        Assert.Contains("no tensor v; the file holds w", Assert.Throws<InvalidDataException>(() => file["v"]).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{", "not sound JSON near byte 9")]
    [InlineData("""{"w":1}""", "tensor w lacks")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", "tensor w lacks")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "tensor w lacks")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "tensor w lacks")]
    [InlineData("""{"w":{"dtype":"Q7","shape":[1],"data_offsets":[0,4]}}""", "unknown dtype Q7")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "data_offsets are 4 and 0")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "takes 8 bytes")]
    [InlineData("""{"w":{"dtype":"F32","shape":[99999999999,99999999999],"data_offsets":[0,4]}}""", "is larger than")]
    [InlineData("""{"w":{"dtype":"F32","shape":[100000000],"data_offsets":[0,400000000]}}""", "has only 4 bytes")]
    [InlineData("""{"w":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "take 2 bytes, but the file has 4")]
    [InlineData("""{"w":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"v":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "overlaps")]
    [InlineData("""{"w":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"v":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""", "gap")]
    [InlineData("""{"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "two entries w")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"},"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "two entries a")]
    [InlineData("""{"__metadata__":{},"__metadata__":{},"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "two entries __metadata__")]
    [InlineData("""{"w":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "tensor w lacks")]
    [InlineData("""{"w":{"dtype":"U8","shape":[0,99999999999],"data_offsets":[0,0]}}""", "is larger than")]
    [InlineData("""{"w":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,4],"data_offsets":[0,4]}}""", "at most 16 dimensions")]
    [InlineData("""{"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}} x""", "not sound JSON near byte 6")]
    [InlineData("""{"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}""", "not sound JSON")]
    [InlineData("", "not sound JSON near byte 8")]
    [InlineData("""{"__metadata__":{"a":1},"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "not a string")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "")]
    public void An_unsound_header_is_refused_with_the_path_and_the_place(string header, string what)
    {
        WriteRaw(header, new byte[4]);
        AssertRefused(what);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 40)]
    [InlineData(9UL)]
    public void A_header_longer_than_the_file_is_refused_without_taking_memory_for_it(ulong length)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(File1, bytes);
        AssertRefused($"announce a header of {length} bytes");
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        Safetensors.Write(File1, [Tensor.Of<float>("w", [3], [1, 2, 3]), Tensor.Of<byte>("m", [2], [0, 1])]);
        var whole = File.ReadAllBytes(File1);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(File1, whole[..length]);
            AssertRefused("");
        }

        File.WriteAllBytes(File1, [.. whole, 0]);
        AssertRefused("has 15 bytes of data");
    }

    [Fact]
    public void Flipped_bytes_are_read_or_refused_but_never_crash_the_reader()
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, [Tensor.Of<float>("w", [3], [1, 2, 3]), Tensor.Of<byte>("m", [2], [0, 1])], new Dictionary<string, string> { ["k"] = "v" });
        var whole = stream.ToArray();
        var flip = Gen.Zip(Gen.Choose(0, whole.Length - 1), Gen.Choose(0, 255)).ToArbitrary();
        Prop.ForAll(flip, change =>
        {
            var bytes = (byte[])whole.Clone();
            bytes[change.Item1] = (byte)change.Item2;
            File.WriteAllBytes(File1, bytes);
            try
            {
                return Safetensors.Read(File1).Entries.Sum(tensor => tensor.Length) <= bytes.Length;
            }
            catch (InvalidDataException error)
            {
                return error.Message.StartsWith(File1, StringComparison.Ordinal);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void The_writer_refuses_tensors_that_contradict_themselves()
    {
        Assert.Throws<ArgumentException>(() => Tensor.Of<float>("w", [2], [1]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(File1, [new Tensor("w", "F32", [2], new byte[4])]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(File1, [new Tensor("w", "F99", [1], new byte[4])]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(File1, [Tensor.Of<byte>("w", [1], [1]), Tensor.Of<byte>("w", [1], [1])]));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(File1, Assert.Throws<FileNotFoundException>(() => Safetensors.Read(File1)).Message, StringComparison.Ordinal);

    private void WriteRaw(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        File.WriteAllBytes(File1, [.. length, .. json, .. data]);
    }

    private void AssertRefused(string what)
    {
        var message = Assert.Throws<InvalidDataException>(() => Safetensors.Read(File1)).Message;
        Assert.StartsWith(File1, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }
}
