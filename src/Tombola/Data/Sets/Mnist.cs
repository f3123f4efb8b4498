namespace Tombola.Data;

/// <summary>Handwritten digits (LeCun, Cortes, Burges).</summary>
internal static class Mnist
{
    public static PublishedArchive Archive { get; } = PublishedArchive.OfIdx(
        "mnist",
        "MNIST",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        ["f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432", "9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c"],
        [
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ]);

    public static DatasetSource Source { get; } = IdxArchive.Source(Archive, "Handwritten digits, 60,000 + 10,000 images of 28x28.", 0.1307, 0.3081);
}
