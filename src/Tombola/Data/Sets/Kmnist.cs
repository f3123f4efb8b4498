namespace Tombola.Data;

/// <summary>Cursive Japanese characters (Clanuwat et al. 2018).</summary>
internal static class Kmnist
{
    public static PublishedArchive Archive { get; } = PublishedArchive.OfIdx(
        "kmnist",
        "KMNIST",
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        ["bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344", "5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134"]);

    public static DatasetSource Source { get; } = IdxArchive.Source(Archive, "Cursive Japanese characters, 60,000 + 10,000 images of 28x28.", 0.1918, 0.3483);
}
