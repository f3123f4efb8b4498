using Razorvine.Pickle;

namespace Tombola.Interchange;

/// <summary>Runs pickles that may name only what is on a closed list.</summary>
internal sealed class ClosedUnpickler : Unpickler
{
    private readonly Queue<object?> _supplies;
    private readonly Func<object?[], object?> _persistent;

    private ClosedUnpickler(IEnumerable<object?> supplies, Func<object?[], object?> persistent) => (_supplies, _persistent) = (new Queue<object?>(supplies), persistent);

    /// <summary>Makes what a pickle says.</summary>
    /// <param name="source">Where it is from, for messages.</param>
    /// <param name="pickle">The whole pickle.</param>
    /// <param name="vocabulary">What it may name.</param>
    /// <param name="mostMemory">Bytes that what it makes may take, by a generous estimate.</param>
    /// <param name="persistent">What a persistent id, a tuple, stands for; null where there are none.</param>
    /// <exception cref="InvalidDataException">It names something else, or is no sound pickle.</exception>
    public static object? Load(string source, byte[] pickle, PickleVocabulary vocabulary, long mostMemory, Func<object?[], object?>? persistent = null)
    {
        var guard = PickleGuard.Read(source, pickle, vocabulary, mostMemory);
        using var unpickler = new ClosedUnpickler(guard.Supplies, persistent ?? (_ => throw new InvalidDataException("a persistent id has no place here")));
        try
        {
            return unpickler.loads(guard.Program);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The package meets an unsound pickle with whatever exception its operations end in, null references among them.
            throw new InvalidDataException($"{source}: the pickle is damaged, or not of this kind{Reason(error)}. Copy or write the file again. {vocabulary.Remedy}", error);
        }
    }

    /// <inheritdoc/>
    public override object nextBuffer() => _supplies.Dequeue() ?? new PickledDict();

    /// <inheritdoc/>
    protected override object persistentLoad(object pid) => (pid is object?[] id ? _persistent(id) : throw new InvalidDataException("a persistent id is no tuple"))!;

    private static string Reason(Exception error) => error is InvalidDataException ? $": {error.Message}" : error.InnerException is { } inner ? Reason(inner) : "";
}
