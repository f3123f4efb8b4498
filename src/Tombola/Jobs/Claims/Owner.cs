using System.Globalization;
using Tombola.Engine.Foreign;

namespace Tombola.Jobs.Claims;

/// <summary>Which process holds something, in words that another process can check.</summary>
/// <param name="Host">Name of the machine, for people.</param>
/// <param name="Place">Where process numbers mean the same: one start of one machine, and within it one space of numbers (containers have their own).</param>
/// <param name="Process">Number of the process there.</param>
/// <param name="Started">When it was started, as the system counts, since numbers are given again.</param>
internal sealed record Owner(string Host, string Place, int Process, string Started)
{
    private const string Zombie = "Z";

    public static Owner Self { get; } = new(Environment.MachineName, FindPlace(), Environment.ProcessId, StartOf(Environment.ProcessId) ?? "");

    /// <summary>True if the process is certainly gone; false if it lives, or if that cannot be told from here.</summary>
    public bool IsGone => Place == Self.Place && (StartOf(Process) is { } start ? start != Started : !Processes.MayExist(Process) || IsZombie(Process));

    /// <summary>The start of a process that lives; null if there is none of that number, or it is hidden from us.</summary>
    private static string? StartOf(int process) => !OperatingSystem.IsLinux() ? StartByFramework(process) : StatOf(process) is { } words && words[0] is not (Zombie or "X") ? words[19] : null;

    private static bool IsZombie(int process) => OperatingSystem.IsLinux() && StatOf(process)?[0] == Zombie;

    /// <summary>What Linux says of a process: behind its name, which stands in parentheses and may hold anything, come its state, and as the twentieth word its start in ticks.</summary>
    private static string[]? StatOf(int process)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ') is { Length: > 19 } words ? words : null;
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException or ArgumentException)
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
