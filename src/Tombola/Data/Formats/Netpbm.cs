using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>Binary PGM (grey) and PPM (colour) files with one byte a value.</summary>
/// <remarks><c>P5</c> or <c>P6</c>, width, height and 255 in decimal digits, apart by white space or comments (# to the end of a line), one white space, then the pixels row by row.</remarks>
internal static class Netpbm
{
    private const int LargestNumber = 65_535, LargestValue = 255;

    public static ImageFormat Format { get; } = new("netpbm", [".ppm", ".pgm", ".pnm"], file => ReadHeader(file, out _), Decode);

    private static void Decode(ReadOnlySpan<byte> file, Span<byte> pixels)
    {
        var shape = ReadHeader(file, out var start);
        var values = file[start..];
        if (shape.Channels == 1)
        {
            values.CopyTo(pixels);
            return;
        }

        var plane = shape.Rows * shape.Columns;
        var (red, green, blue) = (0, plane, 2 * plane);
        for (var i = 0; i < plane; i++) (pixels[red + i], pixels[green + i], pixels[blue + i]) = (values[3 * i], values[(3 * i) + 1], values[(3 * i) + 2]);
    }

    /// <param name="file">The whole file.</param>
    /// <param name="start">Receives the place of the first pixel; as many follow as there should be.</param>
    private static Shape ReadHeader(ReadOnlySpan<byte> file, out int start)
    {
        if (file is not [(byte)'P', (byte)'5' or (byte)'6', ..])
        {
            throw new InvalidDataException("the file does not begin with P5 or P6, as binary PGM and PPM files do. Write it as one of these, or remove it.");
        }

        var (channels, place) = (file[1] == '5' ? 1 : 3, 2);
        var columns = ReadNumber(file, ref place, "width");
        var rows = ReadNumber(file, ref place, "height");
        var largest = ReadNumber(file, ref place, "largest value");
        if (largest != LargestValue) throw new InvalidDataException($"the largest value is {largest}, but only files with {LargestValue} are read. Write it with one byte a value.");
        if (place == file.Length || !IsSpace(file[place])) throw new InvalidDataException($"byte {place}, after the largest value, is no white space. The file is damaged; write or copy it again.");
        start = place + 1;
        var (expected, there) = ((long)channels * rows * columns, file.Length - start);
        return there == expected ? new Shape(channels, rows, columns) : throw new InvalidDataException(
            $"{rows} rows of {columns} pixels in {channels} channels take {expected} bytes, but {there} follow the header. The file is damaged; write or copy it again.");
    }

    private static int ReadNumber(ReadOnlySpan<byte> file, ref int place, string what)
    {
        var before = place;
        for (var comment = false; place < file.Length && (comment || IsSpace(file[place]) || file[place] == '#'); place++)
        {
            comment = file[place] == '#' || (comment && file[place] is not ((byte)'\n' or (byte)'\r'));
        }

        var (first, number) = (place, 0);
        for (; place < file.Length && number <= LargestNumber && char.IsAsciiDigit((char)file[place]); place++) number = (10 * number) + (file[place] - '0');
        return place > first && first > before && number >= 1 && number <= LargestNumber ? number : throw new InvalidDataException(
            $"byte {first} does not begin the {what}, a number from 1 to {LargestNumber}. The file is damaged; write or copy it again.");
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (>= 9 and <= 13);
}
