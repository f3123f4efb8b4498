using System.Security.Cryptography;
using Tombola.Engine.Naming;

namespace Tombola.Data;

/// <summary>Training and test examples, loaded and scaled. Immutable: load once, share among threads.</summary>
/// <param name="Name">Name in the registry.</param>
/// <param name="Train">Training set, after random labels and subsampling.</param>
/// <param name="Test">Test set, never changed.</param>
/// <param name="Fingerprint">First 16 hexadecimal digits of the SHA-256 of the whole uncompressed content, before anything was drawn from it.</param>
/// <param name="Description">One sentence for people: counts, shape, where it came from.</param>
/// <param name="IsPublished">True if the content is known to be what was published, or what our own generator draws: accuracies may be compared.</param>
public sealed record Dataset(string Name, ExampleSource Train, ExampleSource Test, string Fingerprint, string Description, bool IsPublished);

/// <summary>What a source gives: everything it has, unscaled.</summary>
/// <param name="Train">Training images.</param>
/// <param name="TrainLabels">Their classes.</param>
/// <param name="Test">Test images, of the same shape.</param>
/// <param name="TestLabels">Their classes.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Fingerprint">Names the content.</param>
/// <param name="Origin">Half a sentence on where it came from.</param>
/// <param name="IsPublished">As in <see cref="Dataset"/>.</param>
/// <param name="Statistics">Customary mean and deviation of each channel, or null to measure the training set.</param>
internal sealed record DatasetContent(
    Images Train, int[] TrainLabels, Images Test, int[] TestLabels, int Classes,
    string Fingerprint, string Origin, bool IsPublished, ChannelStatistics[]? Statistics = null)
{
    /// <summary>Refuses what would be seen late, or not at all.</summary>
    /// <exception cref="InvalidDataException">Images and labels do not go together, or are not what the data set says of itself.</exception>
    public DatasetContent Checked(string name, ExampleForm? form)
    {
        foreach (var (part, images, labels) in new[] { ("training", Train, TrainLabels), ("test", Test, TestLabels) })
        {
            if (images.Count != labels.Length) throw Wrong($"{images.Count} {part} images and {labels.Length} labels");
            var wrong = Array.FindIndex(labels, label => label < 0 || label >= Classes);
            if (wrong >= 0) throw Wrong($"the label {labels[wrong]} for {part} image {wrong}, and {Classes} classes");
            if (images.Shape != Train.Shape) throw Wrong($"training images of {Train.Shape} and test images of {images.Shape}");
        }

        return form is null || form == new ExampleForm(Train.Shape, Classes) ? this : throw Wrong($"images of {Train.Shape} in {Classes} classes, and should have those of {form.Value.Shape} in {form.Value.Classes}");

        InvalidDataException Wrong(string what) => new($"The data set {name} ({Origin}) has {what}.");
    }

    /// <summary>Of examples that a program made.</summary>
    /// <exception cref="SettingException">Training and test examples do not go together.</exception>
    public static DatasetContent Of((ExampleSource Train, ExampleSource Test) examples)
    {
        var (train, test) = examples;
        if (train.Shape != test.Shape) throw new SettingException($"The training images are {train.Shape} and the test images {test.Shape}; they must be alike.");
        if (train.Count == 0 || test.Count == 0) throw new SettingException("A data set needs at least one training and one test example.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        train.AddTo(hash);
        test.AddTo(hash);
        return new DatasetContent(
            train.Images, train.Labels.ToArray(), test.Images, test.Labels.ToArray(), Math.Max(train.Classes, test.Classes), ContentHash.Shorten(hash), "made by a program", IsPublished: false);
    }
}
