using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using Tombola.Engine.Foreign;
using Tombola.Interchange;

namespace Tombola.Data;

/// <summary>Files of CIFAR's version for Python, as torchvision downloads it: a pickled dictionary of an array of images and lists of labels.</summary>
internal static class CifarPickle
{
    private const string Remedy = "Fetch or copy the published archive again.";

    /// <summary>Reads a file, and writes the records that the binary version has: so both are one data set, down to the fingerprint.</summary>
    /// <param name="source">Where the bytes are from, for messages.</param>
    /// <param name="bytes">The whole file.</param>
    /// <param name="labels">The labels of each record; the last is the class.</param>
    /// <exception cref="InvalidDataException">The file is not sound; the message names it and the remedy.</exception>
    public static CifarFile Read(string source, ReadOnlyMemory<byte> bytes, IReadOnlyList<CifarLabel> labels)
    {
        if (bytes.Length == 0) throw Bad("is empty");
        var whole = MemoryMarshal.TryGetArray(bytes, out var array) && array.Count == array.Array!.Length ? array.Array : bytes.ToArray();
        if (NumpyPickle.Read(source, whole, Remedy) is not PickledDict dict) throw Bad("is no dictionary");
        if (dict.Find("data") is not NumpyArray { Type: "u1" } images || images.Shape is not [var count, var pixels] || pixels != CifarFile.Shape.Count || images.Bytes.Length / pixels != count || images.Bytes.Length % pixels != 0)
        {
            throw Bad($"has no array data of bytes with {CifarFile.Shape.Count} pixels a row");
        }

        var records = new byte[count * (labels.Count + pixels)];
        foreach (var (place, label) in labels.Index())
        {
            if (dict.Find(label.Key) is not ArrayList { Count: var listed } list || listed != count) throw Bad($"has no list {label.Key} of {count} numbers");
            for (var i = 0; i < listed; i++)
            {
                records[(i * (labels.Count + (int)pixels)) + place] = list[i] is int and >= 0 and <= byte.MaxValue and var number ? (byte)(int)number : throw Bad($"has the {label.Name} {Printable.Name(Convert.ToString(list[i], CultureInfo.InvariantCulture))} of record {i}, but it goes from 0 to {label.Classes - 1}");
            }
        }

        for (var i = 0; i < count; i++) images.Bytes.AsSpan(i * (int)pixels, (int)pixels).CopyTo(records.AsSpan((i * (labels.Count + (int)pixels)) + labels.Count));
        return CifarFile.Read(source, records, labels);

        InvalidDataException Bad(string what) => new($"{source}: the file {what}. {Remedy}");
    }
}
