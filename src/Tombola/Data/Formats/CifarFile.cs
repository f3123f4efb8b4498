using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>A file of records of CIFAR: label bytes, then 32 x 32 pixels of red, of green, and of blue, row by row.</summary>
/// <param name="Records">The whole file.</param>
/// <param name="Labels">Class of each record.</param>
internal sealed record CifarFile(ReadOnlyMemory<byte> Records, int[] Labels)
{
    private const string Damaged = "The file is damaged or cut short; fetch or copy it again.";

    /// <summary>Shape of every image.</summary>
    public static Shape Shape { get; } = new(3, 32, 32);

    /// <summary>Checks a file and takes out its classes.</summary>
    /// <param name="source">Where the bytes are from, for messages.</param>
    /// <param name="bytes">The whole file.</param>
    /// <param name="labels">The label bytes at the start of each record; the last is the class.</param>
    /// <exception cref="InvalidDataException">The file is not sound; the message names it, the record, and the remedy.</exception>
    public static CifarFile Read(string source, ReadOnlyMemory<byte> bytes, IReadOnlyList<CifarLabel> labels)
    {
        var length = labels.Count + Shape.Count;
        var (count, rest) = Math.DivRem(bytes.Length, length);
        if (bytes.Length == 0) throw new InvalidDataException($"{source}: the file is empty. {Damaged}");
        if (rest != 0)
        {
            throw new InvalidDataException(
                $"{source}: the size of {bytes.Length} bytes is not a whole number of records of {length} bytes; record {count} ends after {rest} of them. {Damaged}");
        }

        var classes = new int[count];
        var span = bytes.Span;
        for (var i = 0; i < count; i++)
        {
            for (var l = 0; l < labels.Count; l++)
            {
                classes[i] = span[(i * length) + l];
                if (classes[i] >= labels[l].Classes)
                {
                    throw new InvalidDataException(
                        $"{source}: record {i} (byte {(i * length) + l}) has the {labels[l].Name} {classes[i]}, but it goes from 0 to {labels[l].Classes - 1}. {Damaged}");
                }
            }
        }

        return new CifarFile(bytes, classes);
    }
}

/// <summary>A label byte of a record.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Key">What the version for Python calls the list of them.</param>
/// <param name="Classes">Number of values, from 0.</param>
internal sealed record CifarLabel(string Name, string Key, int Classes);
