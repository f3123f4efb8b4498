using System.Security.Cryptography;
using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>Loads a dataset of four IDX files: images and labels for training and for testing, 28 x 28, ten classes.</summary>
internal static class IdxArchive
{
    private const int Classes = 10;

    private static readonly Shape Shape = new(1, 28, 28);

    /// <summary>Places below the data folder, first choice first: our own, torchvision's, and the files themselves.</summary>
    public static IReadOnlyList<string> Subfolders(PublishedArchive archive) => [archive.Dataset, Path.Combine(archive.Title, "raw"), ""];

    /// <summary>A source that reads this archive.</summary>
    public static DatasetSource Source(PublishedArchive archive, string description, double mean, double deviation) =>
        new(archive.Dataset, description, folder => Load(archive, folder, new ChannelStatistics(mean, deviation))) { Archive = archive, Form = new ExampleForm(Shape, Classes) };

    private static DatasetContent Load(PublishedArchive archive, DataFolder folder, ChannelStatistics statistics)
    {
        var paths = archive.Files.Select(file => Find(archive, file, folder)).ToArray();
        var files = new IdxFile[paths.Length];
        for (var i = 0; i < files.Length; i++) files[i] = IdxFile.Read(paths[i], IdxFormat.Dimensions(archive.Files[i]));
        var (train, trainLabels) = Pair(files[0], files[1]);
        var (test, testLabels) = Pair(files[2], files[3]);

        var hashes = files.Select(file => Convert.ToHexStringLower(SHA256.HashData(file.Content.Span))).ToArray();
        RefuseOtherArchive(archive, files[0].Path, hashes[0]);
        var published = archive.Files.Index().All(file => file.Item.Sha256 is { } hash ? hash == hashes[file.Index] : file.Item.HasMd5(paths[file.Index]));
        return new DatasetContent(
            train,
            trainLabels,
            test,
            testLabels,
            Classes,
            Hash(files),
            $"{(published ? $"the published archive of {archive.Title}" : $"not known to be the published archive of {archive.Title}")}, from "
                + $"{Path.GetDirectoryName(paths[0])}",
            published,
            [statistics]);
    }

    private static string Find(PublishedArchive archive, PublishedFile file, DataFolder folder)
    {
        if (folder.TryFind(Subfolders(archive), file.PlainName) is { } path) return path;
        var reason = File.Exists(folder.FullPath)
            ? $"cannot be in {folder.FullPath}, which is a file and no folder"
            : $"is in none of {string.Join(", ", Subfolders(archive).Select(subfolder => folder.At(subfolder)))}";
        throw new FileNotFoundException(
            $"{file.PlainName} (or {file.PlainName}.gz) of {archive.Dataset} {reason}. Download it from {archive.Mirror}, or name the folder that holds it "
                + $"with --data or {DataFolder.Variable}.",
            folder.At(archive.Dataset, file.PlainName));
    }

    private static (ByteImages Images, int[] Labels) Pair(IdxFile images, IdxFile labels)
    {
        if (labels.Count != images.Count)
        {
            throw new InvalidDataException(
                $"{labels.Path}: the header (bytes 4 to 7) gives {labels.Count} labels, but {images.Path} has {images.Count} images. Use two files "
                    + "that belong together.");
        }

        var classes = new int[labels.Count];
        for (var i = 0; i < classes.Length; i++)
        {
            classes[i] = labels.Data.Span[i];
            if (classes[i] >= Classes)
            {
                throw new InvalidDataException(
                    $"{labels.Path}: record {i} (byte {labels.Content.Length - labels.Count + i}) is the label {classes[i]}, but labels go from 0 to "
                        + $"{Classes - 1}. The file is damaged; fetch or copy it again.");
            }
        }

        return (new ByteImages(new Shape(1, IdxFile.Side, IdxFile.Side), images.Count, images.Data), classes);
    }

    /// <summary>The archives share their file names, so files of one may lie where those of another are looked for.</summary>
    private static void RefuseOtherArchive(PublishedArchive archive, string path, string hash)
    {
        var other = PublishedArchive.All.FirstOrDefault(other =>
            other.Dataset != archive.Dataset && other.Format == archive.Format && (other.Files[0].Sha256 is { } known ? known == hash : other.Files[0].HasMd5(path)));
        if (other is not null)
        {
            throw new InvalidDataException(
                $"{path} belongs to {other.Title}, but {archive.Dataset} was asked for. Put the files of {archive.Title} into a folder "
                    + $"{archive.Dataset} of their own, or ask for {other.Dataset}.");
        }
    }

    private static string Hash(IdxFile[] files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files) hash.AppendData(file.Content.Span);
        return ContentHash.Shorten(hash);
    }
}
