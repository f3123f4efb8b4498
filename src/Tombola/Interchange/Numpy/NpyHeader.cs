using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tombola.Engine.Foreign;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>The header of an array of NumPy: a magic word, a version, and a dictionary of Python as text.</summary>
/// <param name="Entry">Name, type and shape.</param>
/// <param name="ElementBytes">Bytes of an element.</param>
/// <param name="DataStart">First byte of the elements.</param>
/// <param name="IsByColumns">Whether they lie in Fortran's order.</param>
/// <param name="IsBigEndian">Whether their highest byte is first.</param>
internal sealed partial record NpyHeader(TensorEntry Entry, int ElementBytes, int DataStart, bool IsByColumns, bool IsBigEndian)
{
    private const int MostDimensions = 16, LongestHeader = 1 << 16, PrefixBytes = 12;

    private const string Remedy = "Write the file again with numpy.savez.";

    /// <summary>Types by kind and bytes, as NumPy writes them.</summary>
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["f2"] = "F16",
        ["f4"] = "F32",
        ["f8"] = "F64",
        ["b1"] = "BOOL",
        ["u1"] = "U8",
        ["u2"] = "U16",
        ["u4"] = "U32",
        ["u8"] = "U64",
        ["i1"] = "I8",
        ["i2"] = "I16",
        ["i4"] = "I32",
        ["i8"] = "I64",
    };

    /// <summary>Reads the header of a file in an archive.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="file">Name of the file, with its ending.</param>
    /// <param name="name">Name of the array.</param>
    /// <exception cref="InvalidDataException">It is no array, or one of something else than numbers.</exception>
    public static NpyHeader Read(ZipContent archive, string file, string name)
    {
        var available = archive.LengthOf(file);
        var prefix = archive.Read(file, 0, (int)Math.Min(available, PrefixBytes));
        if (prefix.Length < PrefixBytes || prefix[0] != 0x93 || !prefix.AsSpan(1).StartsWith("NUMPY"u8)) throw Bad("does not begin like an array of NumPy");
        var (version, start) = (prefix[6], prefix[6] == 1 ? 10 : 12);
        if (version is < 1 or > 3) throw Bad($"has version {version} of NumPy's format; 1 to 3 are read");
        var length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(prefix.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(prefix.AsSpan(8));
        if (length > LongestHeader || start + length > available) throw Bad($"announces a header of {length} bytes");
        var text = Encoding.UTF8.GetString(archive.Read(file, start, (int)length));
        if (Dictionary().Match(text) is not { Success: true } match)
        {
            throw Bad(text.Contains("'descr': [", StringComparison.Ordinal) ? "is an array of records, not of numbers" : "has a header that is not what NumPy writes");
        }

        var type = match.Groups["type"].Value;
        if (type is ['|' or '<' or '>' or '=', 'O', ..] or "O") throw Bad("is an array of Python objects, which are not read");
        if (!Types.TryGetValue(type[1..], out var known)) throw Bad($"is an array of {Printable.Name(type)}; numbers of {Listing.Of(Types.Keys)} are read");
        var (shape, size) = (Shape(match.Groups["shape"].Value), type[2] - '0');
        if (shape is null || (shape.Aggregate(1.0, (product, side) => product * side) * size) is var bytes && bytes > Array.MaxLength) throw Bad($"has more than {MostDimensions} dimensions or {Array.MaxLength} bytes");
        return (long)bytes == available - start - length
            ? new NpyHeader(new TensorEntry(name, known, shape, (int)bytes), size, start + (int)length, match.Groups["order"].Value == "True", type[0] == '>')
            : throw Bad($"of shape {Listing.OfShape(shape)} takes {bytes} bytes, but has {available - start - length}");

        InvalidDataException Bad(string what) => new($"{archive.Path}: {Printable.Name(name)} {what}. {Remedy}");
    }

    /// <summary>Null if there are too many sides, or one is too long.</summary>
    private static int[]? Shape(string text)
    {
        string[] words = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        if (words.Length > MostDimensions) return null;
        var shape = new int[words.Length];
        for (var side = 0; side < shape.Length; side++)
        {
            if (!int.TryParse(words[side].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out shape[side])) return null;
        }

        return shape;
    }

    /// <summary>The keys are in the order of the alphabet, in whatever version; numbers of Python 2 may end in L.</summary>
    [GeneratedRegex(@"\A\{'descr': '(?<type>[^']{1,100})', 'fortran_order': (?<order>True|False), 'shape': \((?<shape>[0-9L, ]*)\),? *\}\s*\z")]
    private static partial Regex Dictionary();
}
