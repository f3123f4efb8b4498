using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Tombola.Engine.Foreign;

namespace Tombola.Interchange;

/// <summary>A pickle that was read through without running anything, and found to use nothing but known opcodes, sizes and names.</summary>
/// <remarks>
/// A pickle is a program without jumps. So each place where it names something of Python can be replaced, before it runs, by a request for the next of
/// <see cref="Supplies"/>: the machine that runs the rest never sees a name, and its own list of names, which anybody may add to, does not matter.
/// </remarks>
internal sealed class PickleGuard
{
    private const int LongestName = 200;

    /// <summary>Bytes that an opcode's result may cost in memory, generously; text and bytes come on top.</summary>
    private const int Opcode = 64, List = 128, Dictionary = 400;

    private readonly string _source;
    private readonly byte[] _pickle;
    private readonly PickleVocabulary _vocabulary;
    private readonly byte[] _program;
    private readonly List<object?> _supplies = [];
    private readonly List<string> _strangers = [];
    private readonly long _mostMemory;
    private long _memory;
    private int _at, _length, _puts;

    private PickleGuard(string source, byte[] pickle, PickleVocabulary vocabulary, long mostMemory) =>
        (_source, _pickle, _program, _vocabulary, _mostMemory) = (source, pickle, new byte[pickle.Length], vocabulary, mostMemory);

    /// <summary>The pickle without names; no longer than it was, and padded after its end.</summary>
    public byte[] Program => _program;

    /// <summary>What it asks for, one after the other: the meaning of a name, or null for an empty dictionary.</summary>
    public IReadOnlyList<object?> Supplies => _supplies;

    /// <summary>Reads a pickle through.</summary>
    /// <param name="source">Where it is from, for messages.</param>
    /// <param name="pickle">The whole pickle.</param>
    /// <param name="vocabulary">What it may name.</param>
    /// <param name="mostMemory">Bytes that what it makes may take, by a generous estimate.</param>
    /// <exception cref="InvalidDataException">It names something else, has an opcode that no such pickle needs, ends early, or makes more than it should.</exception>
    public static PickleGuard Read(string source, byte[] pickle, PickleVocabulary vocabulary, long mostMemory)
    {
        var guard = new PickleGuard(source, pickle, vocabulary, mostMemory);
        while (guard.Step())
        {
        }

        return guard._strangers.Count == 0 ? guard : throw guard.Stranger();
    }

    /// <summary>Reads past one opcode; false at the end.</summary>
    private bool Step()
    {
        var begin = _at;
        var opcode = (PickleOpcode)Take(1)[0];
        switch (opcode)
        {
            case PickleOpcode.Stop or PickleOpcode.Mark or PickleOpcode.EmptyTuple or PickleOpcode.None or PickleOpcode.BinPersistentId or PickleOpcode.Reduce or PickleOpcode.Append
                or PickleOpcode.Build or PickleOpcode.Appends or PickleOpcode.SetItem or PickleOpcode.Tuple or PickleOpcode.SetItems or PickleOpcode.Tuple1 or PickleOpcode.Tuple2
                or PickleOpcode.Tuple3 or PickleOpcode.True or PickleOpcode.False:
                Cost(Opcode);
                break;
            case PickleOpcode.EmptyList:
                Cost(List);
                break;
            case PickleOpcode.EmptyDict:
                Cost(Dictionary);
                Supply(null);
                return true;
            case PickleOpcode.Global:
                Cost(Opcode);
                Name($"{Line()}.{Line()}");
                return true;
            case PickleOpcode.NewObject:
                _strangers.Add("object.__new__");
                break;
            case PickleOpcode.BinGet or PickleOpcode.BinInt1:
                Cost(Opcode + Take(1).Length);
                break;
            case PickleOpcode.BinInt2:
                Cost(Opcode + Take(2).Length);
                break;
            case PickleOpcode.BinInt or PickleOpcode.LongBinGet:
                Cost(Opcode + Take(4).Length);
                break;
            case PickleOpcode.BinFloat:
                Cost(Opcode + Take(8).Length);
                break;
            case PickleOpcode.BinPut:
                Put(Take(1)[0]);
                break;
            case PickleOpcode.LongBinPut:
                Put(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            case PickleOpcode.ShortBinString or PickleOpcode.ShortBinBytes or PickleOpcode.Long1:
                Cost(Opcode + (3L * Take(Take(1)[0]).Length));
                break;
            case PickleOpcode.BinString or PickleOpcode.BinUnicode or PickleOpcode.BinBytes:
                Cost(Opcode + (3L * Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))).Length));
                break;
            case PickleOpcode.Protocol:
                if (Take(1)[0] is var protocol and (< 2 or > 3)) throw Bad($"was written with protocol {protocol}, but PyTorch and NumPy use 2", "Save the file again without naming a protocol.");
                break;
            default:
                throw _strangers.Count > 0 ? Stranger() : Bad(
                    string.Create(CultureInfo.InvariantCulture, $"has the opcode 0x{(byte)opcode:X2} at byte {begin}, which no such file needs; nothing of it was run"), $"It is damaged or was made to do harm. {_vocabulary.Remedy}");
        }

        _pickle.AsSpan(begin, _at - begin).CopyTo(_program.AsSpan(_length));
        _length += _at - begin;
        return opcode != PickleOpcode.Stop;
    }

    private void Name(string name)
    {
        if (_vocabulary.Meanings.TryGetValue(name, out var meaning)) Supply(meaning);
        else _strangers.Add(name);
    }

    private void Supply(object? supply)
    {
        _supplies.Add(supply);
        _program[_length++] = (byte)PickleOpcode.NextBuffer;
    }

    /// <summary>Python counts what it keeps, so a number far beyond the count is not Python's; many of them could be chosen to collide.</summary>
    private void Put(long index)
    {
        if (index > _puts + 1) throw Bad($"keeps a thing as number {index} after {_puts} others", $"It is damaged. {_vocabulary.Remedy}");
        _puts++;
        Cost(Opcode);
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > _pickle.Length - _at)
        {
            throw _strangers.Count > 0 ? Stranger() : Bad($"ends within what is announced at byte {_at}", "The file is damaged or cut short; copy or write it again.");
        }

        _at += (int)count;
        return _pickle.AsSpan(_at - (int)count, (int)count);
    }

    private string Line()
    {
        var rest = _pickle.AsSpan(_at);
        var end = rest[..Math.Min(rest.Length, LongestName)].IndexOf((byte)'\n');
        if (end < 0) throw Bad($"has a name of more than {LongestName} bytes at byte {_at}", $"It is damaged. {_vocabulary.Remedy}");
        _at += end + 1;
        return Encoding.Latin1.GetString(rest[..end]);
    }

    private void Cost(long bytes)
    {
        _memory += bytes;
        if (_memory > _mostMemory) throw Bad($"makes more things than a file of its size needs (at byte {_at} of {_pickle.Length})", $"It is damaged or was made to do harm. {_vocabulary.Remedy}");
    }

    private InvalidDataException Stranger()
    {
        var module = _strangers.FirstOrDefault(name => name.StartsWith("torch.nn.", StringComparison.Ordinal));
        return module is not null
            ? new InvalidDataException($"{_source}: the file holds a whole module ({Printable.Name(module)}), whose code would have to run to read it. Load it in Python where you trust it, and save model.state_dict() instead of the model.")
            : Bad($"calls for {Printable.Name(_strangers[0])}, which is not on the short list of what such files are made of; nothing of it was run", _vocabulary.Remedy);
    }

    private InvalidDataException Bad(string what, string remedy) => new($"{_source}: the pickle {what}. {remedy}");
}
