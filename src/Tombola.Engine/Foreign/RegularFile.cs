namespace Tombola.Engine.Foreign;

/// <summary>Opens files that somebody else put there: only regular ones, and none larger than its format can be.</summary>
/// <remarks>Opening a pipe waits for a writer for ever, a device such as /dev/zero never ends, and a sparse file of a terabyte takes no room on a disk.</remarks>
internal static class RegularFile
{
    /// <summary>Opens a file for reading; nothing of it has been read yet.</summary>
    /// <param name="path">Path of the file, or of a link to it.</param>
    /// <param name="most">Bytes that a file of this format can have at most.</param>
    /// <exception cref="FileNotFoundException">There is nothing at this path.</exception>
    /// <exception cref="InvalidDataException">It is a folder, a pipe, a device, a socket or a link to nothing, or the file is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static FileStream Open(string path, long most)
    {
        Check(path);
        var file = OpenRead(path);
        if (file.Length <= most) return file;
        var length = file.Length;
        file.Dispose();
        throw new InvalidDataException($"{path}: the file has {length} bytes, more than the {most} that its format can hold. Put the right file there, or name another.");
    }

    /// <summary>True for a regular file, or a link to one.</summary>
    public static bool Is(string path) => Path.Exists(path) && FileKind.Refusal(path) is null;

    /// <summary>Refuses what is no regular file, without opening it.</summary>
    /// <inheritdoc cref="Open"/>
    public static void Check(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Path.Exists(path)) throw new FileNotFoundException($"There is no file {path}.", path);
        if (FileKind.Refusal(path) is { } what) throw new InvalidDataException($"{path}: this {what}. Put the file itself there, or name another.");
    }

    /// <summary>Reads a whole file; memory is taken for as many bytes as it has.</summary>
    /// <inheritdoc cref="Open"/>
    public static byte[] ReadAll(string path, int most)
    {
        using var file = Open(path, most);
        var bytes = GC.AllocateUninitializedArray<byte>((int)file.Length);
        var got = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return got == bytes.Length ? bytes : throw new InvalidDataException(
            $"{path}: the file ended at byte {got} of {bytes.Length} while it was read, so something is writing it. Try again when that is done.");
    }

    private static FileStream OpenRead(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UnauthorizedAccessException($"{path}: this user may not read the file. Give the right to read it, or name another.", error);
        }
    }
}
