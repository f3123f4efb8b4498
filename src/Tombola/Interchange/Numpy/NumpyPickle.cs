using System.Text;

namespace Tombola.Interchange;

/// <summary>Reads pickles of dictionaries with lists, texts and arrays of bytes of NumPy, under a closed list of names.</summary>
internal static class NumpyPickle
{
    /// <summary>Bytes for the objects of a pickle besides what its own size allows.</summary>
    private const long Memory = 32 << 20;

    /// <summary>Reads a pickle.</summary>
    /// <param name="source">Where it is from, for messages.</param>
    /// <param name="pickle">The whole pickle.</param>
    /// <param name="remedy">What to do about one that is not of this kind.</param>
    /// <exception cref="InvalidDataException">It is no sound pickle, or names something else.</exception>
    public static object? Read(string source, byte[] pickle, string remedy) =>
        ClosedUnpickler.Load(source, pickle, new PickleVocabulary(Meanings(), remedy), Memory + (4L * pickle.Length));

    /// <summary>What single numbers of NumPy are made of, such as a checkpoint's best accuracy: they are passed over.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Scalars =>
    [
        new("numpy.core.multiarray.scalar", new PickleFunction(_ => null)),
        new("numpy._core.multiarray.scalar", new PickleFunction(_ => null)),
        new("numpy.dtype", new PickleFunction(arguments => arguments is [string name, ..] ? new NumpyType(name) : throw new InvalidDataException("a type of NumPy has no name"))),
        new("_codecs.encode", new PickleFunction(arguments => arguments is [string text, "latin1"] && text.All(letter => letter <= '\u00FF') ? Encoding.Latin1.GetBytes(text) : throw new InvalidDataException("bytes are written as something else than Latin-1"))),
    ];

    private static Dictionary<string, object> Meanings() => new(Scalars, StringComparer.Ordinal)
    {
        ["numpy.core.multiarray._reconstruct"] = new PickleFunction(_ => new NumpyArray()),
        ["numpy._core.multiarray._reconstruct"] = new PickleFunction(_ => new NumpyArray()),
        ["numpy.ndarray"] = new object(),
    };
}
