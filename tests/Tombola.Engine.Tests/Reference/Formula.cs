namespace Tombola.Engine.Tests.Reference;

/// <summary>Numbers that look random and that every language can make from integers alone, so that no file has to carry them.</summary>
/// <remarks>The PyTorch scripts in <c>tests/oracles</c> hold the same formula; change both or neither.</remarks>
internal static class Formula
{
    /// <summary>A number in [0, 1): the finaliser of MurmurHash3 on index and salt, divided by 2^32 (exact in float64).</summary>
    public static double Unit(uint index, uint salt)
    {
        var h = (index * 2654435761u) ^ (salt * 2246822519u);
        h ^= h >> 16;
        h *= 0x85EBCA6Bu;
        h ^= h >> 13;
        h *= 0xC2B2AE35u;
        h ^= h >> 16;
        return h / 4294967296.0;
    }

    /// <summary>A number in [-scale, scale), rounded to float32 once.</summary>
    public static float Signed(uint index, uint salt, double scale = 1) => (float)(((2 * Unit(index, salt)) - 1) * scale);

    /// <summary>Numbers in [-scale, scale).</summary>
    public static float[] Vector(int length, uint salt, double scale = 1)
    {
        var vector = new float[length];
        for (var i = 0; i < length; i++) vector[i] = Signed((uint)i, salt, scale);
        return vector;
    }
}
