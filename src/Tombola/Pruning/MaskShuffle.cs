using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Pruning;

/// <summary>The control "random pruning": which weights remain is left to chance, how many of each layer is not.</summary>
public static class MaskShuffle
{
    /// <summary>A mask under which as many weights of each layer remain as under another, at random places.</summary>
    public static Mask WithinLayers(Mask mask, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var remaining = new bool[mask.Space.Count];
        for (var p = 0; p < mask.Space.Parameters.Count; p++)
        {
            var parameter = mask.Space.Parameters[p];
            var bits = remaining.AsSpan(parameter.Offset, parameter.Count);
            for (var i = 0; i < bits.Length; i++) bits[i] = mask[parameter.Offset + i];
            if (parameter.Prunable) stream.Shuffle(bits, (uint)p);
        }

        return new Mask(mask.Space, index => remaining[index]);
    }
}
