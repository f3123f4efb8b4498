namespace Tombola.Data;

/// <summary>Small photographs in a hundred fine classes (Krizhevsky 2009); the twenty coarse ones are read past.</summary>
internal static class Cifar100
{
    private static readonly CifarFormat Format =
        new("cifar-100-binary", ["train.bin"], "test.bin", [new CifarLabel("coarse label", 20), new CifarLabel("fine label", 100)]);

    public static PublishedArchive Archive { get; } =
        CifarArchive.Published("cifar100", "CIFAR-100", "cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8", Format);

    public static DatasetSource Source { get; } =
        CifarArchive.Source(Archive, Format, "Small photographs in a hundred classes, 50,000 + 10,000 images of 3x32x32.");
}
