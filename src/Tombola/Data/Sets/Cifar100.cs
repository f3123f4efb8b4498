namespace Tombola.Data;

/// <summary>Small photographs in a hundred fine classes (Krizhevsky 2009); the twenty coarse ones are read past.</summary>
internal static class Cifar100
{
    private static readonly CifarFormat Format = new(
        [
            new CifarPacking(
                new PublishedFile("cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8", null), "cifar-100-binary", ["train.bin"], "test.bin", CifarFile.Read),
            new CifarPacking(
                new PublishedFile("cifar-100-python.tar.gz", "eb9058c3a382ffc7106e4002c42a8d85", null), "cifar-100-python", ["train"], "test", CifarPickle.Read),
        ],
        [new CifarLabel("coarse label", "coarse_labels", 20), new CifarLabel("fine label", "fine_labels", 100)]);

    public static PublishedArchive Archive { get; } = CifarArchive.Published("cifar100", "CIFAR-100", Format);

    public static DatasetSource Source { get; } =
        CifarArchive.Source(Archive, Format, "Small photographs in a hundred classes, 50,000 + 10,000 images of 3x32x32.");
}
