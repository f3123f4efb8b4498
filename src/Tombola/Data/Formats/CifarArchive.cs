namespace Tombola.Data;

/// <summary>Loads CIFAR from its archives.</summary>
internal static class CifarArchive
{
    /// <summary>Mean and deviation that the code of the lottery-ticket papers scales by: those of ImageNet, not CIFAR's own.</summary>
    private static readonly ChannelStatistics[] Customary = [new(0.485, 0.229), new(0.456, 0.224), new(0.406, 0.225)];

    /// <summary>What was published: one archive, in several versions.</summary>
    public static PublishedArchive Published(string dataset, string title, CifarFormat format) =>
        new(dataset, title, new Uri("https://www.cs.toronto.edu/~kriz/"), [format.Packings[0].File]) { Format = format };

    /// <summary>A source that reads this archive.</summary>
    public static DatasetSource Source(PublishedArchive archive, CifarFormat format, string description) =>
        new(archive.Dataset, description, folder => Load(archive, format, folder)) { Archive = archive, Form = new ExampleForm(CifarFile.Shape, format.Labels[^1].Classes), Size = (CifarFormat.PublishedTrain, CifarFormat.PublishedTest) };

    private static DatasetContent Load(PublishedArchive archive, CifarFormat format, DataFolder folder)
    {
        var file = archive.Files[0];
        var path = format.TryFind(archive, file, folder) ?? throw Missing(archive, format, folder);
        var content = format.Read(path);
        var published = format.Versions(file).Any(version => version.HasMd5(path));
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
        var others = string.Join(" or ", format.Packings.Skip(1).Select(packing => packing.File.Name));
        return new FileNotFoundException(
            $"{archive.Files[0].Name} of {archive.Dataset} (or {others}), packed or as a folder with {string.Join(" or ", format.Packings.Select(packing => packing.TrainFiles[0]))}, is in none of "
                + $"{string.Join(", ", format.Places(archive, folder))}. Download it from {archive.Mirror}, or name the archive, its folder, or the "
                + $"folder of its files with --data or {DataFolder.Variable}.",
            folder.At(archive.Dataset, archive.Files[0].Name));
    }
}
