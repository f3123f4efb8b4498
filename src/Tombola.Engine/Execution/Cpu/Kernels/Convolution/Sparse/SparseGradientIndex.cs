using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>The survivors of a convolution in the order in which their gradients are summed: chunk of channels, filter, group of up to eight.</summary>
/// <remarks>A group has four or eight slots, of which the last may be empty. A slot holds where the survivor's input begins, and in the sums its sum.</remarks>
internal sealed class SparseGradientIndex
{
    /// <summary>Slots of a large group, and of a small one.</summary>
    private const int Large = 8, Small = 4;

    private readonly int[] _slotOf, _first;

    /// <param name="shape">How the work is cut up.</param>
    /// <param name="kept">Indices of the survivors into <c>[K][C / G][R][S]</c>, ascending.</param>
    /// <param name="inputPlanes">Layout of the input.</param>
    public SparseGradientIndex(SparseGradientShape shape, ReadOnlySpan<int> kept, LanePlanes inputPlanes)
    {
        var convolution = shape.Convolution;
        var (taps, perFilter, outputs) = (convolution.Taps, convolution.FilterInputs * convolution.Taps, convolution.Outputs);
        _slotOf = new int[kept.Length];
        _first = new int[outputs + 1];
        for (int k = 0, n = 0; k <= outputs; k++)
        {
            while (n < kept.Length && kept[n] < k * perFilter) n++;
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
                while (next[k] < _first[k + 1] && ChannelOf(kept[next[k]]) < c0 + shape.ChunkChannels) next[k]++;
                for (var pixels = 0; pixels < shape.Lists; pixels++)
                {
                    list.Clear();
                    for (var n = from; n < next[k]; n++)
                    {
                        if (!shape.ByTap || kept[n] % taps == pixels) list.Add(n);
                    }

                    Cut(list, pixels, kept);
                }
            }

            starts.Add(groups.Count);

            // Groups of nearly equal size, whose chains fit in the registers.
            void Cut(List<int> survivors, int pixels, ReadOnlySpan<int> kept)
            {
                var most = Lanes.Wide ? Large : Small / 2;
                var parts = (survivors.Count + most - 1) / most;
                for (var part = 0; part < parts; part++)
                {
                    var (from, to) = (survivors.Count * part / parts, survivors.Count * (part + 1) / parts);
                    groups.Add(new SparseGradientGroup(offsets.Count, (short)(to - from), (short)pixels));
                    for (var i = from; i < to; i++)
                    {
                        _slotOf[survivors[i]] = offsets.Count;
                        offsets.Add(Offset(kept[survivors[i]]));
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

    /// <summary>For each slot, floats from the input of a tile to that of the survivor at a pixel whose own offset is 0.</summary>
    public int[] Offsets { get; }

    /// <summary>The groups.</summary>
    public SparseGradientGroup[] Groups { get; }

    /// <summary>For each chunk, where the groups of each filter begin, and the end of the last.</summary>
    public int[] Starts { get; }

    /// <summary>The first survivor of a filter; their number for the filter after the last.</summary>
    public int FirstOf(int output) => _first[output];

    /// <summary>The slot of a survivor.</summary>
    public int SlotOf(int survivor) => _slotOf[survivor];
}
