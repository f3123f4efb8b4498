using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>A format of files that hold one image each.</summary>
/// <remarks>
/// Both functions are given a whole file and may be called by several threads at once. Of a file that is not what it should be they throw an
/// <see cref="InvalidDataException"/> that says what is wrong and what to do; whoever calls puts the file's name and a colon before it.
/// </remarks>
/// <param name="Name">As people say it.</param>
/// <param name="Extensions">How names of such files end, each with its dot, in any case.</param>
/// <param name="Measure">Gives the shape of the image, from the header alone.</param>
/// <param name="Decode">Writes the image: <c>[channel, row, column]</c>, bytes that stand for x / 255.</param>
public sealed record ImageFormat(string Name, IReadOnlyList<string> Extensions, Func<ReadOnlySpan<byte>, Shape> Measure, Action<ReadOnlySpan<byte>, Span<byte>> Decode);
