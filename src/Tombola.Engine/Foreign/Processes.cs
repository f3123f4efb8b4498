using System.Runtime.InteropServices;

namespace Tombola.Engine.Foreign;

/// <summary>Asks the system about other processes.</summary>
internal static partial class Processes
{
    private const int NoSuchProcess = 3;

    /// <summary>False only if there is certainly no process of this number: another user's may be hidden from sight, and still answers.</summary>
    public static bool MayExist(int process) => OperatingSystem.IsWindows() || Signal(process, 0) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;

    // Signal 0 is sent to nobody; the system only says whether it could be.
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}
