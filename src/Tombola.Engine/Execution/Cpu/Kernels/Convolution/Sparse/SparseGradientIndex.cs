using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>The remaining weights of a convolution in the order in which their gradients are summed: chunk of channels, filter, group of up to eight.</summary>
/// <remarks>A group has four or eight slots, of which the last may be empty. A slot holds where the remaining weight's input begins, and in the sums its sum.</remarks>
internal sealed class SparseGradientIndex
{
    /// <summary>Slots of a large group, and of a small one.</summary>
    private const int Large = 8, Small = 4;

    private readonly int[] _slotOf, _first;

    /// <param name="shape">How the work is cut up.</param>
    /// <param name="remaining">Indices of the remaining weights into <c>[K][C / G][R][S]</c>, ascending.</param>
    /// <param name="inputPlanes">Layout of the input.</param>
    public SparseGradientIndex(SparseGradientShape shape, ReadOnlySpan<int> remaining, LanePlanes inputPlanes)
    {
        var convolution = shape.Convolution;
        var (taps, perFilter, outputs) = (convolution.Taps, convolution.FilterInputs * convolution.Taps, convolution.Outputs);
        _slotOf = new int[remaining.Length];
        _first = new int[outputs + 1];
        for (int k = 0, n = 0; k <= outputs; k++)
        {
            while (n < remaining.Length && remaining[n] < k * perFilter) n++;
            _first[k] = n;
        }

        var (offsets, groups, starts) = (new List<int>(), new List<SparseGradientGroup>(), new List<int>());
        var (next, list) = (_first.AsSpan()[..outputs].ToArray(), new List<int>());
        for (var chunk = 0; chunk < shape.Chunks; chunk++)
        {
            var c0 = chunk * shape.ChunkChannels;
            for (var k = 0; k < outputs; k++)
            {
                starts.Add(groups.Count);
                var from = next[k];
                while (next[k] < _first[k + 1] && ChannelOf(remaining[next[k]]) < c0 + shape.ChunkChannels) next[k]++;
                for (var pixels = 0; pixels < shape.Lists; pixels++)
                {
                    list.Clear();
                    for (var n = from; n < next[k]; n++)
                    {
                        if (!shape.ByTap || remaining[n] % taps == pixels) list.Add(n);
                    }

                    Cut(list, pixels, remaining);
                }
            }

            starts.Add(groups.Count);

            // Groups of nearly equal size, whose chains fit in the registers.
            void Cut(List<int> numbers, int pixels, ReadOnlySpan<int> remaining)
            {
                var most = Lanes.Wide ? Large : Small / 2;
                var parts = (numbers.Count + most - 1) / most;
                for (var part = 0; part < parts; part++)
                {
                    var (from, to) = (numbers.Count * part / parts, numbers.Count * (part + 1) / parts);
                    groups.Add(new SparseGradientGroup(offsets.Count, (short)(to - from), (short)pixels));
                    for (var i = from; i < to; i++)
                    {
                        _slotOf[numbers[i]] = offsets.Count;
                        offsets.Add(Offset(remaining[numbers[i]]));
                    }

                    while (offsets.Count - groups[^1].Slot is < Small or (> Small and < Large)) offsets.Add(0);
                }
            }

            int Offset(int weight)
            {
                var c = ChannelOf(weight);
                if (shape.ByTap) return c * inputPlanes.PlaneStride;
                var (r, s) = convolution.Tap(weight % taps);
                return ((c - c0) * shape.WindowFloats) + (((r * shape.WindowColumns) + s) * LanePlanes.Lanes);
            }
        }

        int ChannelOf(int weight) => convolution.FirstInput(weight / perFilter) + (weight % perFilter / taps);

        (Offsets, Groups, Starts) = ([.. offsets], [.. groups], [.. starts]);
    }

    /// <summary>Floats of the sums.</summary>
    public int SumFloats => Lanes.RoundUp(Offsets.Length);

    /// <summary>For each slot, floats from the input of a tile to that of the remaining weight at a pixel whose own offset is 0.</summary>
    public int[] Offsets { get; }

    /// <summary>The groups.</summary>
    public SparseGradientGroup[] Groups { get; }

    /// <summary>For each chunk, where the groups of each filter begin, and the end of the last.</summary>
    public int[] Starts { get; }

    /// <summary>The first remaining weight of a filter; their number for the filter after the last.</summary>
    public int FirstOf(int output) => _first[output];

    /// <summary>The slot of a remaining weight.</summary>
    public int SlotOf(int weight) => _slotOf[weight];
}
