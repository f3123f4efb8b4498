using Tombola.Engine.Foreign;

namespace Tombola.Data;

/// <summary>Compares data files with what was published.</summary>
internal static class DataVerifier
{
    /// <summary>One report for each file of the archive, in its order. Damaged and missing files are reported, not thrown.</summary>
    public static IReadOnlyList<FileReport> Verify(PublishedArchive archive, DataFolder folder)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(folder);
        return [.. archive.Files.Select(file => Verify(archive, file, folder))];
    }

    private static FileReport Verify(PublishedArchive archive, PublishedFile file, DataFolder folder)
    {
        if (archive.Format.TryFind(archive, file, folder) is not { } path)
        {
            var places = string.Join(", ", archive.Format.Places(archive, folder));
            return new FileReport(file.Name, null, 0, null, FileVerdict.Missing, $"not in {places}");
        }

        var bytes = 0L;
        try
        {
            bytes = archive.Format.FilesAt(path).Sum(Size);
            var content = archive.Format.Examine(file, path);
            var (verdict, message) = Judge(archive.Format.Versions(file), path, content);
            return new FileReport(file.Name, path, bytes, content.Records, verdict, message);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new FileReport(file.Name, path, bytes, null, FileVerdict.Damaged, error.Message);
        }
    }

    private static long Size(string path)
    {
        using var file = RegularFile.Open(path, long.MaxValue);
        return file.Length;
    }

    private static (FileVerdict Verdict, string Message) Judge(IReadOnlyList<PublishedFile> versions, string path, ArchiveContent content)
    {
        if (versions.FirstOrDefault(version => version.HasMd5(path)) is { } published) return (FileVerdict.Published, $"the published archive (MD5 {published.Md5})");
        var file = versions[0];
        var sha256 = content.Sha256;
        if (sha256 == file.Sha256) return (FileVerdict.Published, $"the published content, packed differently (SHA-256 of the unpacked data {sha256})");
        if (content.Difference is { } difference) return (FileVerdict.NotPublished, $"not the published archive ({difference})");
        return (FileVerdict.NotPublished, file.Sha256 is null
            ? $"not the published archive, or packed differently (published: MD5 {file.Md5}; SHA-256 of the unpacked data here {sha256})"
            : $"not the published archive (SHA-256 of the unpacked data {sha256}, published {file.Sha256})");
    }
}
