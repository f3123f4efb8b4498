using Tombola.Engine.Foreign;

namespace Tombola.Data;

/// <summary>CIFAR: files of records, in a <c>.tar.gz</c> or unpacked to a folder. Each file may have any number of records.</summary>
/// <param name="Packings">The versions in which it was published, the one that is fetched first.</param>
/// <param name="Labels">The label bytes at the start of each record; the last is the class.</param>
internal sealed record CifarFormat(IReadOnlyList<CifarPacking> Packings, IReadOnlyList<CifarLabel> Labels) : IArchiveFormat
{
    /// <summary>Records that were published.</summary>
    public const int PublishedTrain = 50_000, PublishedTest = 10_000;

    /// <summary>Bytes that the files of an archive have together at most, unpacked: what was published has 184.4 million.</summary>
    private const int MostBytes = 192 << 20;

    /// <summary>The data folder itself where it is an archive, else our own subfolder, the folders of the archives within either, and the data folder.</summary>
    public IReadOnlyList<string> Places(PublishedArchive archive, DataFolder folder) => File.Exists(folder.FullPath)
        ? [folder.FullPath]
        : [folder.At(archive.Dataset), .. Packings.Select(packing => folder.At(archive.Dataset, packing.Folder)), .. Packings.Select(packing => folder.At(packing.Folder)), folder.FullPath];

    /// <summary>The archive before the unpacked files in each place, because its checksum tells whether it is the published one.</summary>
    public string? TryFind(PublishedArchive archive, PublishedFile file, DataFolder folder)
    {
        if (File.Exists(folder.FullPath)) return folder.FullPath;
        return Packings.SelectMany(packing => Places(archive, folder)
            .SelectMany(place => new[] { Path.Combine(place, packing.File.Name), Path.Combine(place, packing.File.PlainName), place })
            .Where(path => File.Exists(path) || packing.Names.Any(name => File.Exists(Path.Combine(path, name))))).FirstOrDefault();
    }

    public IReadOnlyList<PublishedFile> Versions(PublishedFile file) => [file, .. Packings.Skip(1).Select(packing => packing.File)];

    public IEnumerable<string> FilesAt(string path) => File.Exists(path)
        ? [path]
        : PackingIn(name => File.Exists(Path.Combine(path, name))).Names.Select(name => Path.Combine(path, name)).Where(File.Exists);

    /// <summary>Reads an archive or a folder.</summary>
    /// <exception cref="FileNotFoundException">The folder lacks a file, or the archive all of them.</exception>
    /// <exception cref="InvalidDataException">Something is damaged, or the archive lacks a file.</exception>
    public CifarContent Read(string path)
    {
        var files = (File.Exists(path) ? FromArchive(path) : FromFolder(path)).ToArray();
        return new CifarContent(files[..^1], files[^1]);
    }

    public ArchiveContent Examine(PublishedFile file, string path)
    {
        var content = Read(path);
        return new ArchiveContent(content.TrainCount + content.TestCount, content.Sha256, content.Difference);
    }

    /// <summary>The version whose files are there; the first where none are.</summary>
    private CifarPacking PackingIn(Func<string, bool> isThere) => Packings.FirstOrDefault(packing => packing.Names.Any(isThere)) ?? Packings[0];

    private IEnumerable<CifarFile> FromArchive(string path)
    {
        var archive = TarArchive.Read(path, MostBytes);
        var packing = PackingIn(archive.Files.ContainsKey);
        return packing.Names.Select(name => archive.Files.TryGetValue(name, out var bytes) ? packing.Read($"{path}, {name}", bytes, Labels) : throw Lacks(name));

        // An archive of something else is sound; one that has a part of the files is not.
        Exception Lacks(string name)
        {
            var message = $"{path}: the archive has no {name}; it holds {(archive.Files.Count == 0 ? "no files" : Listing.Of(archive.Files.Keys))}. Use "
                + $"{packing.File.Name} as it was published.";
            return packing.Names.Any(archive.Files.ContainsKey) ? new InvalidDataException(message) : new FileNotFoundException(message, path);
        }
    }

    private IEnumerable<CifarFile> FromFolder(string path)
    {
        var packing = PackingIn(name => File.Exists(Path.Combine(path, name)));
        var left = MostBytes;
        return packing.Names.Select(name => Path.Combine(path, name)).Select(file =>
        {
            if (!File.Exists(file))
            {
                throw new FileNotFoundException($"{file} is missing, though the folder has other files of {packing.File.Name}. Unpack that archive again.", file);
            }

            var bytes = RegularFile.ReadAll(file, left);
            left -= bytes.Length;
            return packing.Read(file, bytes, Labels);
        });
    }
}
