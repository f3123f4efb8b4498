using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>A format of files that hold the tensors of networks.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Recognise">Whether a file is of this format, by its content: given the file, which it may read anywhere, at its start. It need not be sound.</param>
/// <param name="Open">Opens a file that was recognised. It throws an <see cref="InvalidDataException"/> of one that is damaged, which names the file and says what to do.</param>
public sealed record ModelFormat(string Name, Func<Stream, bool> Recognise, Func<string, ITensorFile> Open);
