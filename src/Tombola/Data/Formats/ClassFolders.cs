using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using Tombola.Engine.Foreign;

namespace Tombola.Data;

/// <summary>Images sorted into folders, one for each class.</summary>
/// <param name="Path">Full path of the folder that holds them.</param>
/// <param name="Classes">Names of the classes, in ascending order of their characters' codes.</param>
/// <param name="Files">The images, class by class, by name in the same order.</param>
/// <param name="Labels">Class of each.</param>
internal sealed record ClassFolders(string Path, string[] Classes, ImageFile[] Files, int[] Labels)
{
    // By default a listing passes over hidden files and what may not be read, and the set would silently be smaller.
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Lists the images, opening none; what begins with a dot is left out.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="hash">Takes in names and sizes.</param>
    /// <exception cref="InvalidDataException">There are fewer than two classes, a class without images, or something that is no image.</exception>
    public static ClassFolders List(string path, IncrementalHash hash)
    {
        var folders = Sorted(path);
        if (folders.FirstOrDefault(entry => !entry.IsFolder) is { } stray)
        {
            throw new InvalidDataException($"{At(path, stray.Name)}: this is no folder, but lies beside the folders of the classes. Move it into the folder of its class, or elsewhere.");
        }

        if (folders.Length < 2)
        {
            throw new InvalidDataException($"{path}: there {(folders.Length == 0 ? "are no folders in it" : $"is only one folder in it, {Printable.Name(folders[0].Name)}")}. Make one for each class, two at least.");
        }

        var (files, labels) = (new List<ImageFile>(), new List<int>());
        foreach (var (label, folder) in folders.Index())
        {
            var (full, before) = (At(path, folder.Name), files.Count);
            hash.AppendData(Encoding.UTF8.GetBytes($"{folder.Name}/"));
            foreach (var entry in Sorted(full))
            {
                files.Add(new ImageFile(full, entry.Name, FormatOf(entry, full)));
                labels.Add(label);
                hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{entry.Name}/{SizeOf(entry, full)}\n")));
            }

            if (files.Count == before) throw new InvalidDataException($"{full}: there are no images of this class. Put some there, or remove the folder.");
        }

        return new ClassFolders(path, [.. folders.Select(folder => folder.Name)], [.. files], [.. labels]);
    }

    private static ImageFormat FormatOf(Entry entry, string folder)
    {
        if (entry.IsFolder) throw new InvalidDataException($"{At(folder, entry.Name)}: this is a folder within the folder of a class. Put its images into the folder of the class itself.");
        return ImageFormats.Of(entry.Name) ?? throw new InvalidDataException(
            $"{At(folder, entry.Name)}: by its name this is no image that can be read; those end in {ImageFormats.Extensions}. Write it as one of these, or move it elsewhere.");
    }

    /// <summary>Bytes of a file. A listing gives a link's own, and none for pipes and devices.</summary>
    private static long SizeOf(Entry entry, string folder)
    {
        if (!entry.IsLink && entry.Size > 0) return entry.Size;
        using var file = RegularFile.Open(At(folder, entry.Name), ImageFile.Largest);
        return file.Length;
    }

    private static Entry[] Sorted(string path)
    {
        var entries = new FileSystemEnumerable<Entry>(
            path,
            (ref FileSystemEntry entry) => new Entry(
                entry.FileName.ToString(), entry.IsDirectory, (entry.Attributes & FileAttributes.ReparsePoint) != 0, entry.IsDirectory ? 0 : entry.Length),
            Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.FileName.StartsWith('.'),
        };
        return [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    private static string At(string folder, string name) => System.IO.Path.Combine(folder, name);

    /// <summary>What lies in a folder.</summary>
    private sealed record Entry(string Name, bool IsFolder, bool IsLink, long Size);
}
