using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Tombola.Tests.Data.Fuzzing;

/// <summary>Damages sound files in every way that chance and malice know. The same seed does the same.</summary>
internal sealed partial class Mutator(int seed)
{
    private const int TarBlock = 512;

    private static readonly string[] JsonWords =
    [
        "0", "-1", "3", "1.5", "1e3", "99999999999", "9223372036854775807", "18446744073709551616", "null", "true", "{}", "[]", "[1,2]", "\"\"", "\"F32\"", "\"U8\"", "\"I64\"",
        "\"Q7\"", "\"images\"", "\"__metadata__\"", "\"\\u001b[2J\"", "\"\\u0000\\r\\n\\u202e\"", "\"\\ud800\"", "\"data_offsets\"", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]",
        "[99999999,99999999]", "\"\u001b\"",
    ];

    private readonly Random _random = new(seed);

    public int Next(int count) => _random.Next(count);

    /// <summary>One to three damages, one after the other.</summary>
    public byte[] Damage(byte[] whole)
    {
        for (var i = Next(3); i >= 0; i--) whole = DamageOnce(whole);
        return whole;
    }

    /// <summary>A safetensors file with other words in its header, and the length that fits.</summary>
    public byte[] DamageSafetensors(byte[] whole)
    {
        if (Next(3) == 0) return Damage(whole);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(whole);
        var header = Encoding.UTF8.GetString(whole, 8, length);
        for (var i = Next(3); i >= 0; i--)
        {
            var words = JsonWord().Matches(header);
            var word = words[Next(words.Count)];
            var other = Next(60) == 0 ? $"\"{new string('n', 1_000_000)}\"" : JsonWords[Next(JsonWords.Length)];
            header = header[..word.Index] + other + header[(word.Index + word.Length)..];
        }

        var json = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)json.Length);
        return [.. prefix, .. json, .. whole[(8 + length)..]];
    }

    /// <summary>A tar archive with a header that is damaged, but whose checksum fits again.</summary>
    public byte[] DamageTar(byte[] whole)
    {
        if (Next(3) == 0) return Damage(whole);
        var bytes = (byte[])whole.Clone();
        var header = bytes.AsSpan(Next(bytes.Length / TarBlock) * TarBlock, TarBlock);
        var (place, length) = new[] { (0, 100), (124, 12), (156, 1), (157, 100), (257, 8), (345, 155), (0, 512) }[Next(7)];
        switch (Next(4))
        {
            case 0:
                header[place + Next(length)] ^= (byte)(1 << Next(8));
                break;
            case 1:
                header[place + Next(length)] = (byte)"01257xgLKSDV\0/.\u001b"[Next(15)];
                break;
            case 2:
                Encoding.ASCII.GetBytes(new[] { "../x", "\u001b[2J", "77777777777", "00000001000", "/etc/x", "test.bin" }[Next(6)]).AsSpan()[..Math.Min(length, 4)].CopyTo(header[place..]);
                break;
            default:
                _random.NextBytes(header.Slice(place, length));
                break;
        }

        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var one in header) sum += one;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
        return bytes;
    }

    private byte[] DamageOnce(byte[] whole)
    {
        if (whole.Length < 2) return [.. whole, (byte)Next(256)];
        var bytes = (byte[])whole.Clone();

        // Headers are at the start, and trailers at the end: half of all damages are there.
        var place = Next(4) switch { 0 => Next(Math.Min(64, bytes.Length)), 1 => bytes.Length - 1 - Next(Math.Min(16, bytes.Length)), _ => Next(bytes.Length) };
        var length = 1 + Next(Math.Min(600, bytes.Length - place));
        var (from, to) = (place, place + length);
        switch (Next(9))
        {
            case 0:
                return bytes[..place];
            case 1:
                return [.. bytes, .. bytes[^Math.Min(bytes.Length, new[] { 1, 4, 8, 100 }[Next(4)])..]];
            case 2:
                var junk = new byte[1 + Next(2000)];
                _random.NextBytes(junk);
                return [.. bytes[..from], .. junk, .. bytes[from..]];
            case 3:
                return [.. bytes[..from], .. bytes[to..]];
            case 4:
                return [.. bytes[from..to], .. bytes[..from], .. bytes[to..]];
            case 5:
                _random.NextBytes(bytes.AsSpan(from, length));
                return bytes;
            case 6:
                bytes.AsSpan(from, Math.Min(length, 1 + Next(8))).Fill(new byte[] { 0, 0x7F, 0x80, 0xFF }[Next(4)]);
                return bytes;
            default:
                for (var i = Next(4); i >= 0; i--) bytes[i == 0 ? place : Next(bytes.Length)] ^= (byte)(1 << Next(8));
                return bytes;
        }
    }

    [GeneratedRegex("\"[^\"]*\"|-?\\d+|\\[[^\\]]*\\]")]
    private static partial Regex JsonWord();
}
