namespace Tombola.Jobs;

/// <summary>Opens files of a store, where anything may stand in a file's place.</summary>
internal static class StoredFile
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="FileNotFoundException">Nothing is there, or a link to nothing.</exception>
    /// <exception cref="IOException">It is empty, a pipe or a device: opening a pipe would wait for a writer for ever, and /dev/zero never ends.</exception>
    public static FileStream Open(string path)
    {
        Check(path);
        return File.OpenRead(path);
    }

    /// <inheritdoc cref="Open"/>
    public static byte[] ReadAll(string path)
    {
        Check(path);
        return File.ReadAllBytes(path);
    }

    /// <summary>Refuses what can be seen to be no file without opening it: pipes and devices have no length, and every file of ours has one.</summary>
    public static void Check(string path)
    {
        var file = new FileInfo(path);
        var target = file.LinkTarget is null ? file : new FileInfo(file.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
        if (Directory.Exists(target.FullName)) throw new IOException($"{path} is a folder");
        if (!target.Exists) throw new FileNotFoundException($"Nothing is at {path}", path);
        if (target.Length == 0) throw new IOException($"{path} is empty, or a pipe or a device");
    }
}
