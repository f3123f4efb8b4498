using Tombola.Engine.Naming;

namespace Tombola.Data;

/// <summary>Which examples a replicate uses, and how they are scaled: a name and everything that changes what training sees.</summary>
public sealed record DatasetSpec
{
    /// <summary>Pixels divided by 255.</summary>
    public const string Unit = "unit";

    /// <summary>Pixels divided by 255, then less the mean and divided by the standard deviation of their channel.</summary>
    public const string Standard = "standard";

    /// <summary>A name in <see cref="Datasets"/>, such as <c>mnist</c>, <c>tensors:FOLDER</c> or <c>folder:FOLDER</c>.</summary>
    public string Name { get; init; } = "mnist";

    /// <summary><see cref="Unit"/>, <see cref="Standard"/>, or means and standard deviations by channel to scale by, such as <c>0.1307:0.3081</c>.</summary>
    public string Pixels { get; init; } = Unit;

    /// <summary>Number of training examples to keep, chosen at random; null keeps all. The test set stays whole.</summary>
    public int? Subsample { get; init; }

    /// <summary>Seed of the choice of examples.</summary>
    public ulong SubsampleSeed { get; init; }

    /// <summary>
    /// Fraction of the training examples, in [0, 1], whose label is drawn afresh from all classes, the right one included. Drawn before subsampling.
    /// </summary>
    public double RandomLabels { get; init; }

    /// <summary>Seed of the random labels.</summary>
    public ulong RandomLabelsSeed { get; init; }

    /// <summary>
    /// What <see cref="Datasets.Fingerprint"/> gives: names the content, so that results of other data are never taken for these. Null before resolving.
    /// </summary>
    public string? Fingerprint { get; init; }

    /// <exception cref="ArgumentException">A value is out of range; the message is a sentence.</exception>
    public void Validate()
    {
        if (Pixels is not (Unit or Standard) && GivenScale.TryParse(Pixels) is null)
        {
            throw new SettingException($"There is no pixel scale '{Engine.Foreign.Printable.Name(Pixels)}'. Pixel scales: {Unit}, {Standard}, or mean:deviation for pixels from 0 to 1, such as 0.1307:0.3081, or 0.485,0.456,0.406:0.229,0.224,0.225 by channel.");
        }
        if (Subsample < 1) throw new SettingException($"A subsample of {Subsample} training examples is too small; keep 1 or more.");
        if (!(RandomLabels >= 0 && RandomLabels <= 1))
        {
            throw new SettingException($"The fraction of random labels must lie from 0 to 1, not at {RandomLabels}.");
        }
    }
}
