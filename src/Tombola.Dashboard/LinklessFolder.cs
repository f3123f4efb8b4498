using Tombola.Engine.Foreign;

namespace Tombola.Dashboard;

/// <summary>Opens files in a folder, and nothing that a link below it leads to: whoever fills a store must not choose what else is read.</summary>
internal sealed class LinklessFolder(string root)
{
    /// <summary>Opens a file; null where there is none, or something that is no plain file.</summary>
    /// <param name="names">The names on the way to it, from the folder on.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public Stream? Open(params ReadOnlySpan<string> names)
    {
        var file = new FileInfo(root);
        foreach (var name in names)
        {
            if (name is "" or "." or ".." || name.AsSpan().ContainsAny(Path.GetInvalidFileNameChars())) return null;
            file = new FileInfo(Path.Join(file.FullName, name));
            if (IsLink(file)) return null;
        }

        // To open a pipe would be to wait for its writer. Shared with writers, who must not find the file locked.
        return !RegularFile.Is(file.FullName) ? null : file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    public static bool IsLink(FileSystemInfo info) => info.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
