using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Tombola.Engine.Tests.Reference;

/// <summary>Comparisons to the last bit, in which -0 is not 0 and a NaN equals itself.</summary>
internal static class Bits
{
    public static void Equal(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i])) continue;
            Assert.Fail($"Element {i} of {expected.Length}: expected {expected[i]:R}, got {actual[i]:R}.");
        }
    }

    /// <summary>SHA-256 of the little-endian bytes, in lower-case hexadecimal.</summary>
    public static string Fingerprint(ReadOnlySpan<float> values) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values)));
}
