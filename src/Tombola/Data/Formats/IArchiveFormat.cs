namespace Tombola.Data;

/// <summary>How the files of a published archive lie in a data folder, and how they are read.</summary>
internal interface IArchiveFormat
{
    /// <summary>Full paths of the places where the files are looked for, first choice first.</summary>
    IReadOnlyList<string> Places(PublishedArchive archive, DataFolder folder);

    /// <summary>Full path of a file, or of the folder that it was unpacked to; null if it is nowhere.</summary>
    string? TryFind(PublishedArchive archive, PublishedFile file, DataFolder folder);

    /// <summary>The file, and others that were published with the same content.</summary>
    IReadOnlyList<PublishedFile> Versions(PublishedFile file);

    /// <summary>The files that are read where <see cref="TryFind"/> found a path.</summary>
    IEnumerable<string> FilesAt(string path);

    /// <summary>Reads what <see cref="TryFind"/> found.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message names the file, the place and the remedy.</exception>
    ArchiveContent Examine(PublishedFile file, string path);
}

/// <summary>What is in a file of an archive.</summary>
/// <param name="Records">Images or labels.</param>
/// <param name="Sha256">SHA-256 of the unpacked data.</param>
/// <param name="Difference">Half a sentence on what shows, whatever the packing, that it is not the published content; null if nothing does.</param>
internal sealed record ArchiveContent(int Records, string Sha256, string? Difference = null);
