using Tombola.Engine.Execution.Cpu.Kernels;

namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>In the checked build no kernel entry takes a span that is one element too short, whichever it is; what is just long enough every build takes.</summary>
public class CheckedTests
{
    public static TheoryData<int, string> Entries
    {
        get
        {
            var entries = new TheoryData<int, string>();
            for (var i = 0; i < KernelEntry.All.Count; i++) entries.Add(i, KernelEntry.All[i].Name);
            return entries;
        }
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void Spans_that_are_just_long_enough_are_taken(int index, string name)
    {
        var entry = KernelEntry.All[index];
        Assert.Equal(name, entry.Name);
        entry.Call([.. entry.Lengths.Select(length => new float[length])]);
    }

    [CheckedTheory]
    [MemberData(nameof(Entries))]
    public void A_span_that_is_too_short_is_refused_by_name(int index, string name)
    {
        var entry = KernelEntry.All[index];
        for (var shortened = 0; shortened < entry.Lengths.Length; shortened++)
        {
            float[][] spans = [.. entry.Lengths.Select((length, i) => new float[i == shortened ? length - 1 : length])];
            Assert.Equal(name, Assert.Throws<KernelBoundsException>(() => entry.Call(spans)).Kernel);
        }
    }

    /// <summary>The kernel reads 16 bits of the mask at a time, of one word or of two.</summary>
    [CheckedTheory]
    [InlineData(16, 48, 1)]
    [InlineData(16, 49, 2)]
    [InlineData(1, 50, 2)]
    [InlineData(20, 33, 2)]
    public void A_mask_that_is_too_short_is_refused(int count, int offset, int words)
    {
        Run(words);
        if (words > 1) Assert.Equal("UpdateKernel.Run", Assert.Throws<KernelBoundsException>(() => Run(words - 1)).Kernel);

        void Run(int length) => UpdateKernel.Run(new PlainDescent(1, 0), new float[count], new float[count], default, default, new ulong[length], offset);
    }

    [CheckedTheory]
    [InlineData(-1)]
    [InlineData(10)]
    public void A_label_beyond_the_classes_is_refused(int label) => Assert.Equal(
        "SoftmaxCrossEntropy.Run",
        Assert.Throws<KernelBoundsException>(() => SoftmaxCrossEntropy.Run(new float[160], [label], 10, 16, new float[1], new byte[1], default, 1)).Kernel);

    [CheckedTheory]
    [InlineData(3, 3)]
    [InlineData(2, 2)]
    public void A_window_that_has_nothing_of_the_map_is_refused(int kernel, int padding)
    {
        var pool = new PoolKernels(4, 4, kernel, kernel, 2, padding, 3, 3, 32);
        Assert.Equal("PoolKernels.Max", Assert.Throws<KernelBoundsException>(() => pool.Max(new float[16 * 32], new float[9 * 32])).Kernel);
    }
}
