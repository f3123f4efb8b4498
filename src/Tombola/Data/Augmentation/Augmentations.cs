using Tombola.Engine.Naming;

namespace Tombola.Data;

/// <summary>What may be done to a training image each time it is used, by name. Test images are never changed.</summary>
public static class Augmentations
{
    /// <summary>Every epoch sees the same images.</summary>
    public const string None = "none";

    /// <summary>A random horizontal flip, then a random crop of the image with a black margin of four pixels.</summary>
    public const string FlipCrop = "flip_crop";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All { get; } = [None, FlipCrop];

    /// <summary>The augmentation of this name under a seed; null if images stay as they are.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    internal static FlipCrop? Create(string name, ulong seed) => name switch
    {
        None => null,
        FlipCrop => new FlipCrop(seed),
        _ => throw new SettingException($"There is no augmentation '{name}'. Augmentations: {string.Join(", ", All)}."),
    };
}
