using System.Runtime.InteropServices;

namespace Tombola.Engine.Memory;

/// <summary>Asks Linux to back memory with pages of 2 MB. Kernels walk over hundreds of megabytes; with pages of 4 KB much of their time goes into finding addresses.</summary>
internal static partial class HugePages
{
    /// <summary>Size and alignment of such a page.</summary>
    public const int Bytes = 2 << 20;

    private const int Advice = 14;

    /// <summary>Advises the kernel, which may ignore it; elsewhere than on Linux nothing happens.</summary>
    public static unsafe void Advise(void* start, nuint length)
    {
        if (OperatingSystem.IsLinux()) _ = MemoryAdvise(start, length, Advice);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int MemoryAdvise(void* start, nuint length, int advice);
}
