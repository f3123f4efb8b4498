using System.Text;
using Tombola.Data;
using Tombola.Engine.Networks;

namespace Tombola.Tests.Data.Folders;

/// <summary>Examples as files: a folder for each class, in it a PGM or PPM file for each image.</summary>
internal static class ImageFiles
{
    /// <summary>A binary PGM or PPM file, value by value.</summary>
    /// <param name="shape">1 or 3 channels.</param>
    /// <param name="image"><c>[channel, row, column]</c>.</param>
    /// <param name="gap">What stands between the numbers of the header.</param>
    public static byte[] Netpbm(Shape shape, byte[] image, string gap = "\n")
    {
        var header = Encoding.ASCII.GetBytes($"P{(shape.Channels == 1 ? 5 : 6)}{gap}{shape.Columns}{gap}{shape.Rows}{gap}255\n");
        var plane = shape.Rows * shape.Columns;
        return [.. header, .. Enumerable.Range(0, shape.Count).Select(i => image[(i % shape.Channels * plane) + (i / shape.Channels)])];
    }

    /// <summary>Writes both parts of a data set below a folder, and gives the same examples in memory, class by class as the files lie.</summary>
    public static (ExampleSource Train, ExampleSource Test) Write(string folder, ExampleSource train, ExampleSource test) =>
        (Write(Path.Combine(folder, "train"), train), Write(Path.Combine(folder, "test"), test));

    private static ExampleSource Write(string folder, ExampleSource examples)
    {
        var (shape, labels) = (examples.Shape, examples.Labels.ToArray());
        int[] sorted = [.. Enumerable.Range(0, examples.Count).OrderBy(i => labels[i])];
        var (pixels, sample) = (new List<byte>(), new float[shape.Count]);
        foreach (var i in sorted)
        {
            examples.Read(i, sample);
            byte[] image = [.. sample.Select(value => (byte)MathF.Round(value * 255))];
            pixels.AddRange(image);
            var path = Directory.CreateDirectory(Path.Combine(folder, $"class {labels[i]:d2}")).FullName;
            File.WriteAllBytes(Path.Combine(path, $"{i:d4}.{(shape.Channels == 1 ? "pgm" : "PPM")}"), Netpbm(shape, image));
        }

        return ExampleSource.FromBytes(shape, [.. pixels], [.. sorted.Select(i => labels[i])], examples.Classes);
    }
}
