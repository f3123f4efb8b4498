namespace Tombola.Interchange;

/// <summary>The opcodes of pickles that are let through: what protocol 2 and 3 make of numbers, texts, tuples, lists, dictionaries and calls.</summary>
/// <remarks>
/// Left out are those that make objects without a call that can be seen (INST, OBJ, NEWOBJ, EXT), name things by what is on the stack (STACK_GLOBAL), or are
/// texts of protocol 0. <see cref="EmptyDict"/> and <see cref="Global"/> never reach the machine.
/// </remarks>
internal enum PickleOpcode : byte
{
    Mark = (byte)'(',
    EmptyTuple = (byte)')',
    Stop = (byte)'.',
    BinInt = (byte)'J',
    BinInt1 = (byte)'K',
    BinInt2 = (byte)'M',
    None = (byte)'N',
    BinPersistentId = (byte)'Q',
    Reduce = (byte)'R',
    BinString = (byte)'T',
    ShortBinString = (byte)'U',
    BinUnicode = (byte)'X',
    EmptyList = (byte)']',
    Append = (byte)'a',
    Build = (byte)'b',
    Global = (byte)'c',
    Appends = (byte)'e',
    BinFloat = (byte)'G',
    BinGet = (byte)'h',
    LongBinGet = (byte)'j',
    BinPut = (byte)'q',
    LongBinPut = (byte)'r',
    SetItem = (byte)'s',
    Tuple = (byte)'t',
    SetItems = (byte)'u',
    EmptyDict = (byte)'}',
    BinBytes = (byte)'B',
    ShortBinBytes = (byte)'C',
    Protocol = 0x80,
    Tuple1 = 0x85,
    Tuple2 = 0x86,
    Tuple3 = 0x87,
    True = 0x88,
    False = 0x89,
    Long1 = 0x8A,

    /// <summary>Makes an object of a class: not let through, but read past, so that the message can say what the file is.</summary>
    NewObject = 0x81,

    /// <summary>Takes what comes next from outside: what the guard puts in the place of names and dictionaries.</summary>
    NextBuffer = 0x97,
}
