using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tombola.Engine.Foreign;

/// <summary>Writes files so that nobody ever finds half of one, not even after the power failed.</summary>
internal static partial class WholeFile
{
    /// <summary>Ending of a file while it is written.</summary>
    public const string Unfinished = ".part";

    private const int OpenToRead = 0;

    /// <summary>Writes beside the final place, flushes to the disk, and renames.</summary>
    /// <param name="path">The final place; a file there is replaced.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The disk or the system refuses; nothing is left behind.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(write);
        var aside = $"{path}.{Guid.NewGuid():N}{Unfinished}";
        try
        {
            // Created anew, so that a link which lies in wait under this name is not written through.
            using (var stream = new FileStream(aside, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        catch (ArgumentOutOfRangeException tooLong) when (tooLong.ParamName == "value")
        {
            // What .NET makes of the system's "file too large".
            throw new IOException($"The system does not allow a file as large as {path}", tooLong);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    /// <summary>Flushes a folder, so that what was created or renamed in it is there after a crash. Does nothing where the system knows no such thing.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = new SafeFileHandle(Open(path, OpenToRead), ownsHandle: true);
        if (folder.IsInvalid) return;
        try
        {
            RandomAccess.FlushToDisk(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // Some file systems cannot flush folders; their renames are as durable as they make them.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);
}
