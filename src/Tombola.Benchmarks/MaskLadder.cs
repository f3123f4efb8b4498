using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Benchmarks;

/// <summary>Nested masks of one model, from the densest to the sparsest, as one number a weight: under how many of them it remains.</summary>
/// <param name="Model">Name of the architecture.</param>
/// <param name="Densities">Densities of the masks, falling.</param>
/// <param name="Remaining">For every prunable weight, in the order of the weight vector, the number of masks under which it remains.</param>
/// <remarks>
/// A file is a line of text (a word, the version, the model, the densities), two numbers to a byte behind it through Brotli, and the SHA-256 of all that.
/// </remarks>
internal sealed record MaskLadder(string Model, IReadOnlyList<double> Densities, byte[] Remaining)
{
    private const string Word = "tombola-masks", Version = "1";

    /// <summary>Numbers of four bits.</summary>
    private const int MostDensities = 15;

    public byte[] ToBytes()
    {
        if (Densities.Count > MostDensities) throw new SettingException($"A file holds {MostDensities} masks at most, not {Densities.Count}.");
        using var file = new MemoryStream();
        var words = Densities.Select(density => density.ToString(CultureInfo.InvariantCulture));
        file.Write(Encoding.ASCII.GetBytes($"{string.Join(' ', [Word, Version, Model, .. words])}\n"));
        var pairs = new byte[(Remaining.Length + 1) / 2];
        for (var i = 0; i < Remaining.Length; i++) pairs[i / 2] |= (byte)(Remaining[i] << (i % 2 * 4));
        using (var brotli = new BrotliStream(file, CompressionLevel.SmallestSize, leaveOpen: true)) brotli.Write(pairs);
        file.Write(SHA256.HashData(file.GetBuffer().AsSpan(0, (int)file.Length)));
        return file.ToArray();
    }

    /// <summary>The masks of a file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or belongs to another network.</exception>
    public static MaskLadder Read(byte[] file, Network network)
    {
        var end = file.Length - SHA256.HashSizeInBytes;
        if (end < 0 || !SHA256.HashData(file.AsSpan(0, end)).AsSpan().SequenceEqual(file.AsSpan(end)))
        {
            throw new InvalidDataException($"The benchmark masks of {network.Name} are damaged: their checksum is wrong.");
        }

        var line = file.AsSpan(0, end).IndexOf((byte)'\n');
        var words = Encoding.ASCII.GetString(file, 0, Math.Max(line, 0)).Split(' ');
        if (words is not [Word, Version, var model, ..] || model != network.Name)
        {
            throw new InvalidDataException($"This is no file of benchmark masks of {network.Name}.");
        }

        using var brotli = new BrotliStream(new MemoryStream(file, line + 1, end - line - 1), CompressionMode.Decompress);
        var pairs = new byte[(network.Space.PrunableCount + 1) / 2];
        brotli.ReadExactly(pairs);
        var remaining = new byte[network.Space.PrunableCount];
        for (var i = 0; i < remaining.Length; i++) remaining[i] = (byte)((pairs[i / 2] >> (i % 2 * 4)) & 15);
        return new MaskLadder(model, [.. words[3..].Select(word => double.Parse(word, CultureInfo.InvariantCulture))], remaining);
    }
}
