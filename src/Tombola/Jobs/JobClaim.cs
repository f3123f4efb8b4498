namespace Tombola.Jobs;

/// <summary>The right to compute one job, held as an open lock file; the operating system takes it back when the process dies.</summary>
internal sealed class JobClaim : IDisposable
{
    private const int WouldBlockOnLinux = 11, WouldBlockOnMac = 35, SharingViolationOnWindows = 32;

    /// <summary>Ending of a file while it is written.</summary>
    public const string HalfWritten = ".part";

    private readonly FileStream _lock;

    private JobClaim(FileStream @lock, string folder) => (_lock, Folder) = (@lock, folder);

    /// <summary>The folder to compute in, with whatever whole files an interrupted run left there.</summary>
    public string Folder { get; }

    public static JobClaim? TryTake(string lockPath, string folder) => TryTake(lockPath, folder, again: true);

    private static JobClaim? TryTake(string lockPath, string folder, bool again)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(lockPath)!);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        FileStream held;
        try
        {
            held = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException refused) when (IsSharingViolation(refused))
        {
            return null;
        }
        catch (IOException) when (again && !File.Exists(lockPath))
        {
            // Its holder gave it back since we tried; if it is the disk that refuses, it refuses again.
            return TryTake(lockPath, folder, again: false);
        }

        Directory.CreateDirectory(folder);

        // A file that was half written when its process was killed must not become part of the entry.
        foreach (var half in Directory.GetFiles(folder, "*" + HalfWritten)) File.Delete(half);
        return new JobClaim(held, folder);
    }

    /// <summary>Removes the folder of a job that turned out to be finished. Two late comers may do so at once.</summary>
    public void Drop()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    /// <summary>Gives the right back. After success nobody needs the lock file any more: whoever takes it finds the entry.</summary>
    public void Dispose()
    {
        if (!Directory.Exists(Folder)) File.Delete(_lock.Name);
        _lock.Dispose();
    }

    /// <summary>Tells a lock that somebody holds from a disk that refuses, by what the system said: the holder may have removed the file since.</summary>
    private static bool IsSharingViolation(IOException refused) => (refused.HResult & 0xffff) is WouldBlockOnLinux or WouldBlockOnMac or SharingViolationOnWindows
        && refused is not (FileNotFoundException or DirectoryNotFoundException);
}
