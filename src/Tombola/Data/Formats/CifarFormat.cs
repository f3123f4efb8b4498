using Tombola.Engine.Foreign;

namespace Tombola.Data;

/// <summary>The binary version of CIFAR: files of records, in a <c>.tar.gz</c> or unpacked to a folder. Each file may have any number of records.</summary>
/// <param name="Folder">Name of the folder in the archive.</param>
/// <param name="TrainFiles">Names of the files with training records, in order.</param>
/// <param name="TestFile">Name of the file with test records.</param>
/// <param name="Labels">The label bytes at the start of each record; the last is the class.</param>
internal sealed record CifarFormat(string Folder, IReadOnlyList<string> TrainFiles, string TestFile, IReadOnlyList<CifarLabel> Labels) : IArchiveFormat
{
    /// <summary>Records that were published.</summary>
    public const int PublishedTrain = 50_000, PublishedTest = 10_000;

    /// <summary>Bytes that the files of an archive have together at most, unpacked: what was published has 184.4 million.</summary>
    private const int MostBytes = 192 << 20;

    private IEnumerable<string> Names => TrainFiles.Append(TestFile);

    /// <summary>The data folder itself where it is an archive, else our own subfolder, the folder of the archive within either, and the data folder.</summary>
    public IReadOnlyList<string> Places(PublishedArchive archive, DataFolder folder) => File.Exists(folder.FullPath)
        ? [folder.FullPath]
        : [folder.At(archive.Dataset), folder.At(archive.Dataset, Folder), folder.At(Folder), folder.FullPath];

    /// <summary>The archive before the unpacked files in each place, because its checksum tells whether it is the published one.</summary>
    public string? TryFind(PublishedArchive archive, PublishedFile file, DataFolder folder)
    {
        if (File.Exists(folder.FullPath)) return folder.FullPath;
        return Places(archive, folder)
            .SelectMany(place => new[] { Path.Combine(place, file.Name), Path.Combine(place, file.PlainName), place })
            .FirstOrDefault(path => File.Exists(path) || Names.Any(name => File.Exists(Path.Combine(path, name))));
    }

    /// <summary>Reads an archive or a folder.</summary>
    /// <exception cref="FileNotFoundException">The folder lacks a file, or the archive all of them.</exception>
    /// <exception cref="InvalidDataException">Something is damaged, or the archive lacks a file.</exception>
    public CifarContent Read(PublishedFile published, string path)
    {
        var bytes = File.Exists(path) ? FromArchive(published, path) : FromFolder(published, path);
        var files = Names.Select((name, i) => CifarFile.Read(bytes[i].Source, bytes[i].Bytes, Labels)).ToArray();
        return new CifarContent(files[..^1], files[^1]);
    }

    public ArchiveContent Examine(PublishedFile file, string path)
    {
        var content = Read(file, path);
        return new ArchiveContent(content.TrainCount + content.TestCount, content.Sha256, content.Difference);
    }

    private (string Source, ReadOnlyMemory<byte> Bytes)[] FromArchive(PublishedFile published, string path)
    {
        var archive = TarArchive.Read(path, MostBytes);
        return [.. Names.Select(name => archive.Files.TryGetValue(name, out var bytes) ? ($"{path}, {name}", bytes) : throw Lacks(name))];

        // An archive of something else is sound; one that has a part of the files is not.
        Exception Lacks(string name)
        {
            var message = $"{path}: the archive has no {name}; it holds {(archive.Files.Count == 0 ? "no files" : Listing.Of(archive.Files.Keys))}. Use "
                + $"{published.Name} as it was published.";
            return Names.Any(archive.Files.ContainsKey) ? new InvalidDataException(message) : new FileNotFoundException(message, path);
        }
    }

    private (string Source, ReadOnlyMemory<byte> Bytes)[] FromFolder(PublishedFile published, string path)
    {
        var left = MostBytes;
        return [.. Names.Select(name => Path.Combine(path, name)).Select(file =>
        {
            if (!File.Exists(file))
            {
                throw new FileNotFoundException($"{file} is missing, though the folder has other files of {published.Name}. Unpack that archive again.", file);
            }

            var bytes = RegularFile.ReadAll(file, left);
            left -= bytes.Length;
            return (file, (ReadOnlyMemory<byte>)bytes);
        })];
    }
}
