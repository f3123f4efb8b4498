namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>A kernel was about to leave the memory that it was given. Nobody catches it: the program is at fault.</summary>
/// <param name="kernel">Class and method.</param>
/// <param name="fault">What is wrong, as a sentence.</param>
internal sealed class KernelBoundsException(string kernel, string fault) : Exception($"{kernel}: {fault}")
{
    /// <summary>Class and method.</summary>
    public string Kernel { get; } = kernel;
}
