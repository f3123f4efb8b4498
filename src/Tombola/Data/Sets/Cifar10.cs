namespace Tombola.Data;

/// <summary>Small photographs of things and animals (Krizhevsky 2009).</summary>
internal static class Cifar10
{
    private static readonly CifarFormat Format = new(
        [
            new CifarPacking(
                new PublishedFile("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530", null),
                "cifar-10-batches-bin",
                ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
                "test_batch.bin",
                CifarFile.Read),
            new CifarPacking(
                new PublishedFile("cifar-10-python.tar.gz", "c58f30108f718f92721af3b95e74349a", null),
                "cifar-10-batches-py",
                ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"],
                "test_batch",
                CifarPickle.Read),
        ],
        [new CifarLabel("label", "labels", 10)]);

    public static PublishedArchive Archive { get; } = CifarArchive.Published("cifar10", "CIFAR-10", Format);

    public static DatasetSource Source { get; } =
        CifarArchive.Source(Archive, Format, "Small photographs of ten things and animals, 50,000 + 10,000 images of 3x32x32.");
}
