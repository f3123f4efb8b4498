using System.Globalization;
using Tombola.Engine.Naming;

namespace Tombola.Data;

/// <summary>The datasets, by name. A new one is one file and one line here.</summary>
public static class Datasets
{
    /// <summary>Those that there are; a program that uses this library may add its own.</summary>
    public static Registry<DatasetSource> Registry { get; } = new("There is no dataset", source => source.Name,
    [
        Mnist.Source,
        FashionMnist.Source,
        Kmnist.Source,
        Cifar10.Source,
        Cifar100.Source,
        TensorFolder.Source,
        ImageFolder.Source,
        Glyphs.Source,
        ColourGlyphs.Source,
    ]);

    /// <summary>All sources, in the order in which they should be shown.</summary>
    public static IReadOnlyList<DatasetSource> All => Registry.All;

    /// <summary>The source of this name; what follows a colon is not part of it.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static DatasetSource Find(string name) => Split(name).Source;

    /// <summary>Loads, scales, randomises and subsamples as the spec says.</summary>
    /// <exception cref="ArgumentException">The spec has an unknown name or a value out of range.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message says where it was looked for and how to get it.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the content is not what the spec's fingerprint names.</exception>
    public static Dataset Load(DatasetSpec spec, DataFolder folder)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(folder);
        spec.Validate();
        var content = LoadContent(spec.Name, folder);
        if (spec.Fingerprint is { } expected && expected != content.Fingerprint)
        {
            throw new InvalidDataException(
                $"The data of {spec.Name} ({content.Origin}) has the fingerprint {content.Fingerprint}, but {expected} was asked for. Name the folder "
                    + "with the data that was used, or start the experiment anew.");
        }

        if (spec.Subsample > content.Train.Count)
        {
            throw new SettingException($"A subsample of {spec.Subsample} is more than the {content.Train.Count} training examples of {spec.Name}.");
        }

        // Of images in files, the scale takes long and is measured when the first is read: naming a job needs none.
        var scale = spec.Pixels == DatasetSpec.Unit ? new Lazy<PixelScale>(PixelScale.Unit(content.Train.Shape.Channels))
            : spec.Pixels != DatasetSpec.Standard ? new Lazy<PixelScale>(GivenScale.For(spec.Pixels, content.Train.Shape.Channels, spec.Name))
            : content.Train.Readers > 0 ? new Lazy<PixelScale>(() => StandardScale(spec.Name, content))
            : new Lazy<PixelScale>(StandardScale(spec.Name, content));
        var train = new ExampleSource(content.Train, content.TrainLabels, content.Classes, scale);
        if (spec.RandomLabels > 0) train = train.RandomiseLabels(spec.RandomLabels, spec.RandomLabelsSeed);
        if (spec.Subsample is { } count) train = train.Subsample(count, spec.SubsampleSeed);
        var test = new ExampleSource(content.Test, content.TestLabels, content.Classes, scale);
        var description = string.Create(
            CultureInfo.InvariantCulture, $"{train.Count:N0} training and {test.Count:N0} test images of {train.Shape} in {train.Classes} classes, "
                + $"{content.Origin}.");
        return new Dataset(spec.Name, train, test, content.Fingerprint, description, content.IsPublished);
    }

    /// <summary>First 16 hexadecimal digits of the SHA-256 of the content. Reads the files, except where the content is generated.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static string Fingerprint(DatasetSpec spec, DataFolder folder)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(folder);
        return Find(spec.Name).KnownFingerprint ?? LoadContent(spec.Name, folder).Fingerprint;
    }

    /// <summary>Training and test examples to expect, without reading anything.</summary>
    internal static (int Train, int Test) ExpectedSize(DatasetSpec spec)
    {
        var (train, test) = Find(spec.Name).Size;
        return (Math.Min(spec.Subsample ?? train, train), test);
    }

    private static DatasetContent LoadContent(string name, DataFolder folder)
    {
        var (source, path) = Split(name);
        return source.Load(path is null ? folder : new DataFolder(path)).Checked(name, source.Form);
    }

    private static (DatasetSource Source, string? Folder) Split(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var (word, path) = colon < 0 ? (name, null) : (name[..colon], name[(colon + 1)..]);
        var source = Registry.TryFind(word)
            ?? throw new SettingException($"{Registry.Unknown(word).Message} One in a folder of its own: {string.Join(", ", All.Where(known => known.TakesFolder).Select(known => $"{known.Name}:FOLDER"))}.");
        if (path is not null && !source.TakesFolder)
        {
            throw new SettingException($"The dataset {word} takes no folder after its name; name the data folder with --data instead.");
        }

        if (path is "") throw new SettingException($"The dataset '{name}' names no folder after the colon. Write {word}:FOLDER.");
        return (source, path);
    }

    private static PixelScale StandardScale(string name, DatasetContent content)
    {
        var statistics = content.Statistics ?? content.Train.Statistics();
        var constant = Array.FindIndex(statistics, channel => !(channel.Deviation > 0));
        return constant < 0 ? PixelScale.Standard(statistics) : throw new InvalidDataException(
            $"All pixels in channel {constant} of the training set of {name} are equal, so they cannot be scaled to a standard deviation of 1. Use "
                + $"the pixel scale '{DatasetSpec.Unit}'.");
    }
}
