using System.Globalization;

namespace Tombola.Jobs.Claims;

/// <summary>Finds out from two processes whether a disk keeps what claims and entries rest on: that a file is created by one only, and that a folder is not renamed onto another.</summary>
/// <param name="Folder">Where it was tried.</param>
/// <param name="FileSystem">What the system calls the file system there.</param>
/// <param name="Sees">Whether each process soon sees what the other wrote.</param>
/// <param name="Creation">Whether of two that create a file exclusively exactly one succeeds.</param>
/// <param name="Renaming">Whether of two that rename a folder to one place exactly one succeeds.</param>
internal sealed record DiskProbe(string Folder, string FileSystem, bool Sees, bool Creation, bool Renaming)
{
    private const int Tries = 200;
    private const string Ready = "ready", Go = "go";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5), Limit = TimeSpan.FromSeconds(20);

    /// <summary>What follows for a person.</summary>
    public string Verdict => (Sees, Creation, Renaming) switch
    {
        (false, _, _) => $"two processes do not see each other's files on {FileSystem}; let only one process use this store",
        (_, true, true) => $"processes can share it: exclusive creation and renaming hold on {FileSystem}, tried {Tries} times from two processes",
        _ => $"{(Creation ? "renaming does" : Renaming ? "exclusive creation does" : "exclusive creation and renaming do")} not hold on {FileSystem}; jobs may be computed twice, so let only one process use this store",
    };

    /// <summary>Tries it.</summary>
    /// <param name="store">The store, which need not be there yet; the probe leaves nothing behind.</param>
    /// <param name="second">Starts a process that calls <see cref="TakePart"/> with the given folder, and gives what that returned once it has ended.</param>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static DiskProbe Run(string store, Func<string, Task<IReadOnlyList<bool>>> second)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(second);
        var near = Path.GetFullPath(store);
        while (!Directory.Exists(near) && Path.GetDirectoryName(near) is { } above) near = above;
        var folder = Path.Combine(near, $"tombola-probe-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        try
        {
            Prepare(folder, "first");
            var other = second(folder);
            var sees = WaitFor(Path.Combine(folder, Ready));
            File.WriteAllText(Path.Combine(folder, Go), "");
            var mine = Race(folder, "first");
            var theirs = other.GetAwaiter().GetResult();
            var one = mine.Zip(theirs, (a, b) => a ^ b).ToArray();
            return new DiskProbe(near, FormatOf(near), sees && theirs.Count == mine.Length, theirs.Count == mine.Length && one[..Tries].All(x => x), theirs.Count == mine.Length && one[Tries..].All(x => x));
        }
        finally
        {
            Place.Clear(folder);
        }
    }

    /// <summary>What the second process does.</summary>
    /// <returns>For every try whether it was the one that succeeded; nothing if it did not see the first process.</returns>
    public static IReadOnlyList<bool> TakePart(string folder)
    {
        Prepare(folder, "second");
        File.WriteAllText(Path.Combine(folder, Ready), "");
        return WaitFor(Path.Combine(folder, Go)) ? Race(folder, "second") : [];
    }

    private static void Prepare(string folder, string name)
    {
        for (var i = 0; i < Tries; i++) File.WriteAllText(Path.Combine(Directory.CreateDirectory(At(folder, name, i)).FullName, name), name);
    }

    private static bool[] Race(string folder, string name)
    {
        var won = new bool[2 * Tries];
        for (var i = 0; i < Tries; i++)
        {
            won[i] = Wins(() => File.Open(At(folder, "file", i), FileMode.CreateNew).Dispose());
            won[Tries + i] = Wins(() => Directory.Move(At(folder, name, i), At(folder, "target", i)));
        }

        return won;
    }

    private static bool Wins(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool WaitFor(string path)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!File.Exists(path))
        {
            if (TimeProvider.System.GetElapsedTime(start) > Limit) return false;
            Thread.Sleep(Pause);
        }

        return true;
    }

    private static string At(string folder, string name, int number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}{number}"));

    private static string FormatOf(string folder)
    {
        try
        {
            return DriveInfo.GetDrives().Where(drive => folder.StartsWith(drive.Name, StringComparison.Ordinal)).MaxBy(drive => drive.Name.Length)?.DriveFormat ?? "this file system";
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return "this file system";
        }
    }
}
