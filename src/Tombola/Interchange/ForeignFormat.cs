using System.Text;

namespace Tombola.Interchange;

/// <summary>Says what a file is that cannot be read, so that nobody has to guess.</summary>
internal static class ForeignFormat
{
    private const int StartBytes = 512, TarMagicAt = 257;

    /// <summary>A sentence that follows the name of the file, and one that says what to do.</summary>
    /// <param name="file">The file, at its start.</param>
    public static string Describe(Stream file)
    {
        Span<byte> buffer = stackalloc byte[StartBytes];
        ReadOnlySpan<byte> start = buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        if (IsPage(start)) return "this is a web page, not a network: a download that needed a login or a confirmation, perhaps. Fetch the file itself.";
        if (start is [0x89, ..] && start[1..].StartsWith("HDF\r\n"u8)) return "this is an HDF5 file, as Keras writes them (.h5). Load it in Python and write its arrays with numpy.savez or safetensors.";
        if (start.Length > TarMagicAt + 5 && start.Slice(TarMagicAt, 5).SequenceEqual("ustar"u8)) return "this is a tar archive, as PyTorch wrote before version 0.4, or an archive of files. Unpack it, or load it with a newer PyTorch and save it again.";
        if (start is [0x80, _, ..]) return "this is a pickle, as PyTorch wrote before version 1.6, or as pickle.dump writes. Load it where you trust it with a newer PyTorch (torch.load) and save it again (torch.save of the state_dict).";
        if (start.StartsWith("PK"u8)) return "this is a zip archive, but neither PyTorch's nor NumPy's. Unpack it, or name the file within.";
        if (start is [0x1F, 0x8B, ..]) return "this is a gzip file. Unpack it first.";
        if (start is [0x93, ..] && start[1..].StartsWith("NUMPY"u8)) return "this is a single array of NumPy (.npy). Write all arrays of the network into one file with numpy.savez.";
        if (start.StartsWith("version https://git-lfs"u8)) return "this is a pointer of git-lfs, not the file itself. Fetch it with 'git lfs pull'.";
        return "this is no file of a network that is known, or it is damaged. Copy it again, or write the state with safetensors in Python.";
    }

    private static bool IsPage(ReadOnlySpan<byte> start)
    {
        var text = Encoding.Latin1.GetString(start).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');
        return text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase);
    }
}
