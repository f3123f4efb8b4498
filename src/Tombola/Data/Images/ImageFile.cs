using System.Buffers;
using Tombola.Engine.Foreign;
using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>One image in a file of its own.</summary>
/// <param name="Folder">Full path of its folder, which many files share.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Format">How to decode it.</param>
internal readonly record struct ImageFile(string Folder, string Name, ImageFormat Format)
{
    /// <summary>Bytes of a file at most: 256 MB, far more than any photograph has.</summary>
    public const int Largest = 1 << 28;

    public string Path => System.IO.Path.Combine(Folder, Name);

    /// <summary>Reads and decodes the image. The file's bytes are read into memory that is used again.</summary>
    /// <param name="shape">The shape that the image must have.</param>
    /// <param name="pixels">Receives <c>[channel, row, column]</c>.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or its image has another shape.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Read(Shape shape, Span<byte> pixels)
    {
        using var file = RegularFile.Open(Path, Largest);
        var rented = ArrayPool<byte>.Shared.Rent((int)file.Length);
        try
        {
            // Not through the stream, which would take a buffer of its own for a small file.
            var bytes = rented.AsSpan(0, (int)file.Length);
            var got = 0;
            while (got < bytes.Length && RandomAccess.Read(file.SafeFileHandle, bytes[got..], got) is var read and > 0) got += read;
            Decode(bytes[..got], shape, pixels);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Decodes what is in the file.</summary>
    /// <inheritdoc cref="Read"/>
    public void Decode(ReadOnlySpan<byte> bytes, Shape shape, Span<byte> pixels)
    {
        var own = Measure(bytes);
        if (own != shape)
        {
            throw new InvalidDataException(
                $"{Path}: the image is {own}, but the first training image is {shape} (channels, rows, columns). Crop or scale all images to one size beforehand.");
        }

        try
        {
            Format.Decode(bytes, pixels);
        }
        catch (InvalidDataException wrong)
        {
            throw new InvalidDataException($"{Path}: {wrong.Message}", wrong);
        }
    }

    /// <summary>The shape of the image in the file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public Shape Measure(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Format.Measure(bytes);
        }
        catch (InvalidDataException wrong)
        {
            throw new InvalidDataException($"{Path}: {wrong.Message}", wrong);
        }
    }
}
