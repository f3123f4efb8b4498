using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>What kernels demand of their arguments before they turn spans into pointers, which nobody checks.</summary>
/// <remarks>The calls exist in the checked build alone (<c>-c Checked</c>), in which the tests run once; a release build has neither them nor their arguments.</remarks>
internal static class Checked
{
    /// <summary>The symbol with which a build checks.</summary>
    private const string Symbol = "CHECKED";

    /// <summary>All that is read or written from <paramref name="from"/> on lies in the span. Where <paramref name="length"/> is not positive, that is nothing.</summary>
    [Conditional(Symbol)]
    public static void Covers<T>(
        ReadOnlySpan<T> span,
        long from,
        long length,
        [CallerArgumentExpression(nameof(span))] string name = "",
        [CallerFilePath] string file = "",
        [CallerMemberName] string member = "")
    {
        if (length <= 0 || (from >= 0 && from + length <= span.Length)) return;
        throw new KernelBoundsException(Kernel(file, member), $"{name} has {span.Length} elements, and {length} from {from} on are needed.");
    }

    /// <summary>The same of a span that may be left out.</summary>
    [Conditional(Symbol)]
    public static void CoversIfAny<T>(
        ReadOnlySpan<T> span,
        long from,
        long length,
        [CallerArgumentExpression(nameof(span))] string name = "",
        [CallerFilePath] string file = "",
        [CallerMemberName] string member = "")
    {
        if (!span.IsEmpty) Covers(span, from, length, name, file, member);
    }

    /// <summary>All indices are at least 0 and below <paramref name="count"/>.</summary>
    [Conditional(Symbol)]
    public static void Indices(
        ReadOnlySpan<int> indices,
        long count,
        [CallerArgumentExpression(nameof(indices))] string name = "",
        [CallerFilePath] string file = "",
        [CallerMemberName] string member = "")
    {
        foreach (var index in indices)
        {
            if (index < 0 || index >= count) throw new KernelBoundsException(Kernel(file, member), $"{name} holds {index}, and there are {count}.");
        }
    }

    /// <summary>What must be true for the kernel to stay within its spans.</summary>
    [Conditional(Symbol)]
    public static void That(
        bool condition, [CallerArgumentExpression(nameof(condition))] string name = "", [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        if (!condition) throw new KernelBoundsException(Kernel(file, member), $"{name} does not hold.");
    }

    private static string Kernel(string file, string member) => $"{Path.GetFileNameWithoutExtension(file)}.{member}";
}
