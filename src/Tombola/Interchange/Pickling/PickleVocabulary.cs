namespace Tombola.Interchange;

/// <summary>The closed list of what pickles of one kind may name.</summary>
/// <param name="Meanings">What each name stands for here, by module and name: a <see cref="PickleFunction"/>, or a thing that is only passed on.</param>
/// <param name="Remedy">What to do about a file that names something else.</param>
internal sealed record PickleVocabulary(IReadOnlyDictionary<string, object> Meanings, string Remedy);
