using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>Opens files in which other programs keep networks. What a file is called says nothing; what it holds decides.</summary>
public static class ModelFiles
{
    /// <summary>The formats that can be read.</summary>
    public static Registry<ModelFormat> Registry { get; } = new("There is no format of models", format => format.Name,
    [
        SafetensorsFormat.Format,
        NpzFile.Format,
        TorchFile.Format,
    ]);

    /// <summary>Opens a file; its names, types and shapes are read and checked, its tensors when they are asked for.</summary>
    /// <param name="path">Path of the file, or of a link to it.</param>
    /// <exception cref="InvalidDataException">It is damaged, or of a format that is not read; the message says what it is and what to do.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ITensorFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Recognised(path).Open(path);
    }

    private static ModelFormat Recognised(string path)
    {
        using var stream = RegularFile.Open(path, long.MaxValue);
        if (stream.Length == 0) throw new InvalidDataException($"{path}: the file is empty. Copy or write it again.");

        // The last come first: a program may know a special kind of one of ours.
        foreach (var format in Registry.All.Reverse())
        {
            stream.Position = 0;
            if (format.Recognise(stream)) return format;
        }

        stream.Position = 0;
        throw new InvalidDataException($"{path}: {ForeignFormat.Describe(stream)} Formats that can be read: {string.Join(", ", Registry.Names)}.");
    }
}
