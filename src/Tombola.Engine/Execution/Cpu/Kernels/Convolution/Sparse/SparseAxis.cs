using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>One direction, rows or columns, of what a sparse convolution gathers: which steps of the target each tap serves, and from where.</summary>
/// <remarks>
/// The target falls into phases: step u of a phase is coordinate <c>phase + u * TargetStep</c>, and through a tap of that phase it meets
/// <c>u * SourceStep + Shift</c> of the source. Forwards there is one phase. The gradient of a strided convolution has as many as the stride,
/// each tap belongs to one of them, and inside a phase everything lies side by side.
/// </remarks>
internal sealed class SparseAxis
{
    /// <param name="window">The filters in this direction.</param>
    /// <param name="inputs">Rows, or columns, of its input.</param>
    /// <param name="outputs">The same of its output.</param>
    /// <param name="backward">Whether the input's gradient is computed.</param>
    public SparseAxis(WindowAxis window, int inputs, int outputs, bool backward)
    {
        (TargetStep, SourceStep) = backward ? (window.Stride, 1) : (1, window.Stride);
        (Targets, Sources) = backward ? (inputs, outputs) : (outputs, inputs);
        Taps = new SparseTap[window.Kernel];
        for (var tap = 0; tap < window.Kernel; tap++)
        {
            var ahead = tap - window.Padding;
            var phase = backward ? ((ahead % window.Stride) + window.Stride) % window.Stride : 0;
            var shift = backward ? (phase - ahead) / window.Stride : ahead;

            // 0 <= u * SourceStep + shift < Sources.
            var from = Math.Max(0, (SourceStep - 1 - shift) / SourceStep);
            var to = shift >= Sources ? 0 : Math.Min(Steps(phase), ((Sources - 1 - shift) / SourceStep) + 1);
            Taps[tap] = new SparseTap(phase, shift, from, Math.Max(from, to));
        }
    }

    /// <summary>Coordinates of the target from one step to the next; the number of phases.</summary>
    public int TargetStep { get; }

    /// <summary>Coordinates of the source from one step to the next.</summary>
    public int SourceStep { get; }

    /// <summary>Coordinates of the target.</summary>
    public int Targets { get; }

    /// <summary>Coordinates of the source.</summary>
    public int Sources { get; }

    /// <summary>All taps.</summary>
    public SparseTap[] Taps { get; }

    /// <summary>Steps of a phase.</summary>
    public int Steps(int phase) => Math.Max(0, (Targets - phase + TargetStep - 1) / TargetStep);

    /// <summary>The target's coordinate at a step of a phase.</summary>
    public int Target(int phase, int step) => phase + (step * TargetStep);

    /// <summary>Whether a phase has <paramref name="count"/> steps from <paramref name="step"/> on that each tap serves in a way that has a name.</summary>
    public bool Allows(int phase, int step, int count) =>
        step + count <= Steps(phase) && Taps.All(tap => tap.Phase != phase || tap.Over(step, count) != SparseReach.Other);
}

/// <summary>A tap in one direction.</summary>
/// <param name="Phase">The phase that it serves.</param>
/// <param name="Shift">The source's coordinate that step 0 meets.</param>
/// <param name="From">First step at which it meets the source.</param>
/// <param name="To">Step after the last.</param>
internal readonly record struct SparseTap(int Phase, int Shift, int From, int To)
{
    /// <summary>Steps at which it meets the source.</summary>
    public int Steps => To - From;

    /// <summary>Which of <paramref name="count"/> steps from <paramref name="step"/> on it serves.</summary>
    public SparseReach Over(int step, int count)
    {
        Checked.That(count > 0);
        var (from, to) = (Math.Max(From - step, 0), Math.Min(To - step, count));
        return (from, count - to) switch
        {
            _ when from >= to => SparseReach.None,
            (0, 0) => SparseReach.All,
            (1, 0) => SparseReach.NotFirst,
            (0, 1) => SparseReach.NotLast,
            _ => SparseReach.Other,
        };
    }
}

/// <summary>Which rows, or columns, of a patch a tap serves.</summary>
internal enum SparseReach
{
    All,
    NotFirst,
    NotLast,
    None,
    Other,
}
