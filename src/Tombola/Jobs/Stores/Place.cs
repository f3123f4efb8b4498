namespace Tombola.Jobs;

/// <summary>A place in a store, whatever stands there: a folder, a file, or a link, which is never followed.</summary>
internal static class Place
{
    /// <summary>True if anything is there, a link to nowhere or to itself included.</summary>
    public static bool IsTaken(string path) => Attributes(path) is not null;

    /// <summary>True for a folder that is no link to one.</summary>
    public static bool IsOwnFolder(string path) =>
        Attributes(path) is { } attributes && attributes.HasFlag(FileAttributes.Directory) && !attributes.HasFlag(FileAttributes.ReparsePoint);

    /// <summary>Renames whatever is there; a link is moved itself. The new place must be free.</summary>
    public static void Move(string from, string to)
    {
        if (!IsOwnFolder(from))
        {
            // .NET takes a link to a folder for a folder, and moves the link.
            if (Directory.Exists(from)) Directory.Move(from, to);
            else File.Move(from, to);
            return;
        }

        try
        {
            Directory.Move(from, to);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException && !OperatingSystem.IsWindows())
        {
            // A folder that its owner may not write cannot be moved to another, since it names the one above.
            File.SetUnixFileMode(from, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.Move(from, to);
        }
    }

    /// <summary>Renames whatever is there to the first free one of <c>name.1</c>, <c>name.2</c> and so on, and says which; nothing happens if it is gone already.</summary>
    public static string MoveAside(string from, string name)
    {
        var free = Enumerable.Range(1, int.MaxValue).Select(n => $"{name}.{n}").First(candidate => !IsTaken(candidate));
        try
        {
            Move(from, free);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException && !IsTaken(from))
        {
            // Another process that repairs was faster.
        }

        return free;
    }

    /// <summary>Removes whatever is there. Links are removed, not what they lead to. Others may do so at once.</summary>
    public static void Clear(string path)
    {
        try
        {
            if (IsOwnFolder(path)) DeleteFolder(path);
            else if (IsTaken(path)) File.Delete(path);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
        }
    }

    private static void DeleteFolder(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException and not DirectoryNotFoundException && !OperatingSystem.IsWindows())
        {
            Allow(path);
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>Gives the owner every right to a folder and those within.</summary>
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Allow(string folder)
    {
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var within in Directory.GetDirectories(folder).Where(IsOwnFolder)) Allow(within);
    }

    private static FileAttributes? Attributes(string path)
    {
        try
        {
            // Of the link itself where there is one.
            return File.GetAttributes(path);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
