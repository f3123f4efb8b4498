using System.Text;

namespace Tombola.Tests.Data;

/// <summary>Files of CIFAR's version for Python, opcode by opcode as Python 2 pickled the published ones.</summary>
internal static class PythonBatch
{
    /// <summary>The names of CIFAR-10's files, the test file last.</summary>
    public static string[] Names { get; } = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}"), "test_batch"];

    /// <summary>The records of <see cref="TinyCifar.Ten"/>.</summary>
    public static byte[] Content(int file) => Pickle(
        [.. Enumerable.Range(0, TinyCifar.Records).Select(record => (byte)TinyCifar.Label(file, record))],
        [.. Enumerable.Range(0, TinyCifar.Records).SelectMany(record => Enumerable.Range(0, TinyCifar.Pixels).Select(pixel => TinyCifar.Pixel(file, record, pixel)))]);

    public static byte[] Pickle(byte[] labels, byte[] pixels, string type = "u1", string reconstruct = "numpy.core.multiarray\n_reconstruct\n", int columns = TinyCifar.Pixels) =>
    [
        0x80, 2, .. "}q\u0001("u8,
        .. Short("batch_label"), .. "q\u0002"u8, .. Short("testing batch 1 of 1"), .. "q\u0003"u8,
        .. Short("labels"), .. "q\u0004]q\u0005("u8, .. labels.SelectMany(label => new[] { (byte)'K', label }), .. "e"u8,
        .. Short("data"), .. "q\u0006c"u8, .. Encoding.ASCII.GetBytes(reconstruct), .. "q\u0007cnumpy\nndarray\nq\u0008K\u0000"u8, 0x85, .. "q\u0009"u8, .. Short("b"), 0x87, .. "R("u8,
        .. "K\u0001K"u8, (byte)(pixels.Length / columns), (byte)'M', (byte)columns, (byte)(columns >> 8), 0x86,
        .. "cnumpy\ndtype\n"u8, .. Short(type), .. "K\u0000K\u0001"u8, 0x87, .. "R(K\u0003"u8, .. Short("|"), .. "NNNJ"u8, 0xFF, 0xFF, 0xFF, 0xFF, (byte)'J', 0xFF, 0xFF, 0xFF, 0xFF, .. "K\u0000tb"u8,
        0x89, (byte)'T', .. BitConverter.GetBytes(pixels.Length), .. pixels, .. "tb"u8,
        .. Short("filenames"), .. "]("u8, .. Short("a.png"), .. "eu."u8,
    ];

    private static byte[] Short(string text) => [(byte)'U', (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
