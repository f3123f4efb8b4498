namespace Tombola.Data;

/// <summary>Loads CIFAR from its binary archive.</summary>
internal static class CifarArchive
{
    /// <summary>Mean and deviation that the code of the lottery-ticket papers scales by: those of ImageNet, not CIFAR's own.</summary>
    private static readonly ChannelStatistics[] Customary = [new(0.485, 0.229), new(0.456, 0.224), new(0.406, 0.225)];

    /// <summary>What was published: one archive.</summary>
    public static PublishedArchive Published(string dataset, string title, string file, string md5, CifarFormat format) =>
        new(dataset, title, new Uri("https://www.cs.toronto.edu/~kriz/"), [new PublishedFile(file, md5, null)]) { Format = format };

    /// <summary>A source that reads this archive.</summary>
    public static DatasetSource Source(PublishedArchive archive, CifarFormat format, string description) =>
        new(archive.Dataset, description, folder => Load(archive, format, folder)) { Archive = archive, Form = new ExampleForm(CifarFile.Shape, format.Labels[^1].Classes), Size = (CifarFormat.PublishedTrain, CifarFormat.PublishedTest) };

    private static DatasetContent Load(PublishedArchive archive, CifarFormat format, DataFolder folder)
    {
        var file = archive.Files[0];
        var path = format.TryFind(archive, file, folder) ?? throw Missing(archive, format, folder);
        var content = format.Read(file, path);
        var published = file.HasMd5(path);
        var origin = published ? $"the published archive of {archive.Title}"
            : content.Difference is { } difference ? $"not the published archive of {archive.Title} ({difference})"
            : $"not known to be the published archive of {archive.Title}";
        var header = format.Labels.Count;
        return new DatasetContent(
            new ByteImages(CifarFile.Shape, [.. content.Train.Select(part => part.Records)], header),
            [.. content.Train.SelectMany(part => part.Labels)],
            new ByteImages(CifarFile.Shape, [content.Test.Records], header),
            content.Test.Labels,
            format.Labels[^1].Classes,
            ContentHash.Shorten(content.Sha256),
            $"{origin}, from {path}",
            published,
            Customary);
    }

    private static FileNotFoundException Missing(PublishedArchive archive, CifarFormat format, DataFolder folder)
    {
        var file = archive.Files[0].Name;
        return new FileNotFoundException(
            $"{file} of {archive.Dataset}, packed or as a folder with {format.TrainFiles[0]}, is in none of "
                + $"{string.Join(", ", format.Places(archive, folder))}. Download it from {archive.Mirror}, or name the archive, its folder, or the "
                + $"folder of its files with --data or {DataFolder.Variable}.",
            folder.At(archive.Dataset, file));
    }
}
