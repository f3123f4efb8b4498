using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>How many bytes the numbers of a network take, without headers of files.</summary>
/// <param name="Dense">With every zero: four bytes a weight and running statistic.</param>
/// <param name="Packed">With a bit a prunable weight, and four bytes for each that remains.</param>
internal sealed record PackedSize(long Dense, long Packed)
{
    /// <summary>The sizes under a mask.</summary>
    public static PackedSize Of(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var space = mask.Space;
        long all = space.Count + space.StatisticsCount;
        return new PackedSize(sizeof(float) * all, space.Prunable.Sum(parameter => (long)PackedFile.BytesOf(parameter)) + (sizeof(float) * (all - space.PrunableCount + mask.Remaining)));
    }
}
