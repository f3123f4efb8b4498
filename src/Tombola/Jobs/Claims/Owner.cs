using System.Globalization;

namespace Tombola.Jobs.Claims;

/// <summary>Which process holds something, in words that another process can check.</summary>
/// <param name="Host">Name of the machine, for people.</param>
/// <param name="Place">Where process numbers mean the same: one start of one machine, and within it one space of numbers (containers have their own).</param>
/// <param name="Process">Number of the process there.</param>
/// <param name="Started">When it was started, as the system counts, since numbers are given again.</param>
internal sealed record Owner(string Host, string Place, int Process, string Started)
{
    public static Owner Self { get; } = new(Environment.MachineName, FindPlace(), Environment.ProcessId, StartOf(Environment.ProcessId) ?? "");

    /// <summary>True if the process is certainly gone; false if it lives, or if that cannot be told from here.</summary>
    public bool IsGone => Place == Self.Place && StartOf(Process) != Started;

    /// <summary>The start of a process that lives; null if there is none of that number.</summary>
    private static string? StartOf(int process)
    {
        if (!OperatingSystem.IsLinux()) return StartByFramework(process);
        try
        {
            // The program's name, in parentheses, may hold anything; behind it come the state, and as the twentieth word the start in ticks.
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            var words = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return words[0] is "Z" or "X" ? null : words[19];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ArgumentException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static string? StartByFramework(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return found.StartTime.ToUniversalTime().ToString("s", CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string FindPlace()
    {
        if (!OperatingSystem.IsLinux()) return Environment.MachineName;
        try
        {
            return $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name}";
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            // Nobody else is at this place, so only silence tells that this process is gone.
            return $"{Environment.MachineName} {Guid.NewGuid():N}";
        }
    }
}
