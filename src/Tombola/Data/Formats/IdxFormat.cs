using System.Security.Cryptography;

namespace Tombola.Data;

/// <summary>IDX files, each plain or gzipped.</summary>
internal sealed class IdxFormat : IArchiveFormat
{
    public static IdxFormat Instance { get; } = new();

    /// <summary>3 for images, 1 for labels: the name of an IDX file says it.</summary>
    public static int Dimensions(PublishedFile file) => file.Name.Contains("-idx3-", StringComparison.Ordinal) ? 3 : 1;

    public IReadOnlyList<string> Places(PublishedArchive archive, DataFolder folder) => [.. IdxArchive.Subfolders(archive).Select(subfolder => folder.At(subfolder))];

    public string? TryFind(PublishedArchive archive, PublishedFile file, DataFolder folder) => folder.TryFind(IdxArchive.Subfolders(archive), file.PlainName);

    public IReadOnlyList<PublishedFile> Versions(PublishedFile file) => [file];

    public IEnumerable<string> FilesAt(string path) => [path];

    public ArchiveContent Examine(PublishedFile file, string path)
    {
        var content = IdxFile.Read(path, Dimensions(file));
        return new ArchiveContent(content.Count, Convert.ToHexStringLower(SHA256.HashData(content.Content.Span)));
    }
}
