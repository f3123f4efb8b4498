using Tombola.Engine.Foreign;

namespace Tombola.Data;

/// <summary>A dataset as it was published: its files, their checksums, and where they can be fetched.</summary>
/// <param name="Dataset">Name in the registry, and of its folder below the data folder.</param>
/// <param name="Title">Name that people use; also torchvision's folder of IDX files.</param>
/// <param name="Mirror">Address that a file name is appended to.</param>
/// <param name="Files">Four IDX files (training images, training labels, test images, test labels), or one archive that holds everything.</param>
internal sealed record PublishedArchive(string Dataset, string Title, Uri Mirror, IReadOnlyList<PublishedFile> Files)
{
    /// <summary>Every archive that can be fetched.</summary>
    public static IReadOnlyList<PublishedArchive> All => [Mnist.Archive, FashionMnist.Archive, Kmnist.Archive, Cifar10.Archive, Cifar100.Archive];

    /// <summary>How its files lie in a data folder and are read.</summary>
    internal IArchiveFormat Format { get; init; } = IdxFormat.Instance;

    /// <summary>An archive of four gzipped IDX files under MNIST's names.</summary>
    /// <param name="dataset">Name in the registry.</param>
    /// <param name="title">Name that people use.</param>
    /// <param name="mirror">Address of the folder, with a slash at the end.</param>
    /// <param name="md5">MD5 of the gzipped files: training images, training labels, test images, test labels.</param>
    /// <param name="sha256">SHA-256 of the unpacked files in the same order, or null where nobody published them.</param>
    internal static PublishedArchive OfIdx(string dataset, string title, string mirror, string[] md5, string[]? sha256 = null) => new(
        dataset,
        title,
        new Uri(mirror),
        [
            new PublishedFile("train-images-idx3-ubyte.gz", md5[0], sha256?[0]),
            new PublishedFile("train-labels-idx1-ubyte.gz", md5[1], sha256?[1]),
            new PublishedFile("t10k-images-idx3-ubyte.gz", md5[2], sha256?[2]),
            new PublishedFile("t10k-labels-idx1-ubyte.gz", md5[3], sha256?[3]),
        ]);
}

/// <summary>One file of a published archive.</summary>
/// <param name="Name">Name, with <c>.gz</c>.</param>
/// <param name="Md5">MD5 of the file as published, gzipped.</param>
/// <param name="Sha256">SHA-256 of the unpacked file, where known.</param>
internal sealed record PublishedFile(string Name, string Md5, string? Sha256)
{
    /// <summary>Bytes; the largest that was published has 170 million.</summary>
    private const long Largest = 1 << 29;

    /// <summary>Name without <c>.gz</c>.</summary>
    public string PlainName => Path.GetFileNameWithoutExtension(Name);

    /// <summary>True if the file there is, byte for byte, the gzipped file that was published.</summary>
    /// <exception cref="InvalidDataException">There is something, but no regular file.</exception>
    internal bool HasMd5(string path)
    {
        if (!File.Exists(path)) return false;
        using var stream = RegularFile.Open(path, long.MaxValue);

        // An archive that was unpacked is not the gzipped file, so it need not be read; nor what is larger than anything that was published.
        return stream.Length <= Largest && (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || DataFile.IsGzip(stream)) && ContentHash.Md5Of(stream) == Md5;
    }
}
