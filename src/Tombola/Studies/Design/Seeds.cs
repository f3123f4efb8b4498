using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>The seeds of a replicate, derived from the one a person gives: same words, same seed, and no two roles share one.</summary>
internal static class Seeds
{
    /// <summary>A seed for a role, such as ("imp", replicate 2, level 5).</summary>
    public static ulong Derive(ulong seed, string role, int replicate, int index = 0)
    {
        var text = FormattableString.Invariant($"{seed}/{role}/{replicate}/{index}");
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>SGD noise for a role: its own data order and augmentation.</summary>
    public static SgdNoise Noise(ulong seed, string role, int replicate, int index = 0) =>
        new(Derive(seed, role + "/order", replicate, index), Derive(seed, role + "/augment", replicate, index));
}
