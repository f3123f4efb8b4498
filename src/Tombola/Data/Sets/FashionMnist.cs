namespace Tombola.Data;

/// <summary>Photographs of clothes (Xiao, Rasul, Vollgraf 2017).</summary>
internal static class FashionMnist
{
    public static PublishedArchive Archive { get; } = PublishedArchive.OfIdx(
        "fashion_mnist",
        "FashionMNIST",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ["8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe", "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310"]);

    public static DatasetSource Source { get; } = IdxArchive.Source(Archive, "Articles of clothing, 60,000 + 10,000 images of 28x28.", 0.2860, 0.3530);
}
