using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Naming;

namespace Tombola.Engine.Execution;

/// <summary>The backends by name. A new one is one folder and one line here, or a line of <see cref="Registry"/> in a program that uses this library.</summary>
public static class Backends
{
    /// <summary>The processor: what everything runs on unless told otherwise.</summary>
    public static IBackend Cpu { get; } = new CpuBackend();

    /// <summary>Those that there are.</summary>
    public static Registry<IBackend> Registry { get; } = new("There is no backend", backend => backend.Name, [Cpu]);

    /// <summary>The backend of this name; null stands for the processor.</summary>
    /// <exception cref="SettingException">There is none; the message lists them.</exception>
    public static IBackend Find(string? name) => name is null ? Cpu : Registry.Find(name);
}
