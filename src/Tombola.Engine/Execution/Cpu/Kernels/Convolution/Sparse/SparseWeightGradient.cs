namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>The gradient of the remaining weights only: every shape; worth it when many weights are gone.</summary>
internal sealed unsafe class SparseWeightGradient : WeightGradientMethod
{
    /// <summary>Parts of the accumulation, at most.</summary>
    private const int MostParts = 16;

    private readonly SparseGradientShape _shape;
    private readonly SparseGradientIndex _index;
    private readonly LanePlanes _input, _gradient;
    private readonly int[] _parts;
    private readonly double _pixels;

    /// <param name="shape">The convolution.</param>
    /// <param name="remaining">Indices of the remaining weights into <c>[K][C / G][R][S]</c>, ascending.</param>
    /// <param name="blocks">Lane blocks, at most.</param>
    /// <param name="input">Layout of the input.</param>
    /// <param name="gradient">Layout of the gradient of the output.</param>
    public SparseWeightGradient(ConvolutionShape shape, int[] remaining, int blocks, LanePlanes input, LanePlanes gradient)
    {
        _shape = new SparseGradientShape(shape, remaining.Length, blocks);
        _index = new SparseGradientIndex(_shape, remaining, input);
        (_input, _gradient) = (input, gradient);
        _parts = new int[Math.Min(MostParts, shape.Outputs) + 1];
        for (var part = 1; part < _parts.Length; part++)
        {
            _parts[part] = _parts[part - 1];
            while (_parts[part] < shape.Outputs && (part == _parts.Length - 1 || _index.FirstOf(_parts[part]) < (long)remaining.Length * part / (_parts.Length - 1))) _parts[part]++;
        }

        foreach (var weight in remaining) _pixels += _shape.PixelsOf(weight % shape.Taps);
    }

    public override string Name => $"sparse {_shape.Convolution.Filters}";

    public override int OutputsPerPart => 1;

    public override bool ReadsAtEnd => false;

    /// <summary>Threads that share the memory take that of their first part.</summary>
    public override int ScratchFloats => PartFloats * AccumulateParts;

    public override int SumFloats => _index.SumFloats;

    public override int AccumulateParts => _parts.Length - 1;

    private int ListFloats => _shape.Lists * _shape.TilePixels * 2;

    private int PartFloats => Numerics.Lanes.RoundUp(_shape.ChunkFloats + ListFloats);

    /// <summary>The first remaining weight of a filter; the number of remaining weights for the filter after the last.</summary>
    public int FirstOf(int output) => _index.FirstOf(output);

    public override double Executed(int blocks) => 2.0 * _pixels * LanePlanes.Lanes * blocks;

    public override int Chunks(int blocks) => 1;

    public override void Accumulate(
        ReadOnlySpan<float> input,
        LanePlanes inputPlanes,
        ReadOnlySpan<float> gradient,
        LanePlanes gradientPlanes,
        Span<float> scratch,
        Span<float> sums,
        int blocks,
        int chunk,
        int from,
        int to)
    {
        Checked.That(inputPlanes == _input && gradientPlanes == _gradient);
        var (first, last) = (_parts[from], _parts[to]);
        if (_index.FirstOf(first) == _index.FirstOf(last)) return;
        var (shape, outputs) = (_shape.Convolution, _shape.Convolution.Outputs);
        Checked.Covers(input, 0, inputPlanes.Floats(blocks, shape.Inputs, shape.InputPixels));
        Checked.Covers(gradient, 0, gradientPlanes.Floats(blocks, last, shape.OutputPixels));
        Checked.Covers(scratch, (long)from * PartFloats, PartFloats);
        Checked.Covers(sums, 0, SumFloats);
        var lists = stackalloc PixelRuns[_shape.Lists];
        fixed (float* x = input, dy = gradient, memory = scratch[(from * PartFloats)..], sum = sums)
        fixed (int* offsets = _index.Offsets, chunks = _index.Starts)
        fixed (SparseGradientGroup* groups = _index.Groups)
        {
            var starts = (SparseSkip*)(memory + _shape.ChunkFloats);
            for (var block = 0; block < blocks; block += _shape.TileBlocks)
            {
                for (var row = 0; row < shape.OutputRows; row += _shape.TileRows)
                {
                    for (var column = 0; column < shape.OutputColumns; column += _shape.TileColumns)
                    {
                        var tile = new SparseGradientTile(
                            _shape,
                            block,
                            Math.Min(_shape.TileBlocks, blocks - block),
                            row,
                            Math.Min(_shape.TileRows, shape.OutputRows - row),
                            column,
                            Math.Min(_shape.TileColumns, shape.OutputColumns - column));
                        for (var list = 0; list < _shape.Lists; list++) lists[list] = tile.Pixels(list, inputPlanes, gradientPlanes, starts + (list * _shape.TilePixels));
                        for (var c = 0; c < _shape.Chunks; c++)
                        {
                            var start = chunks + (c * (outputs + 1));
                            if (start[first] == start[last]) continue;
                            if (block + row + column == 0)
                            {
                                var (slot, end) = (groups[start[first]].Slot, start[last] < _index.Groups.Length ? groups[start[last]].Slot : _index.Offsets.Length);
                                sums[slot..end].Clear();
                            }

                            var channel = c * _shape.ChunkChannels;
                            if (!_shape.ByTap) tile.Copy(x, inputPlanes, channel, Math.Min(shape.Inputs, channel + _shape.ChunkChannels), memory);
                            var source = _shape.ByTap ? x + ((nint)block * inputPlanes.BlockStride) : memory;
                            for (var k = first; k < last; k++)
                            {
                                var y = dy + ((nint)block * gradientPlanes.BlockStride) + ((nint)k * gradientPlanes.PlaneStride);
                                SparseGradientKernel.Run(groups + start[k], groups + start[k + 1], lists, y, source, offsets, sum);
                            }
                        }
                    }
                }
            }
        }
    }

    public override void WriteGradient(
        ReadOnlySpan<float> input,
        LanePlanes inputPlanes,
        ReadOnlySpan<float> gradient,
        LanePlanes gradientPlanes,
        Span<float> scratch,
        ReadOnlySpan<float> sums,
        int blocks,
        Span<float> result,
        int from,
        int to)
    {
        for (var n = FirstOf(from); n < FirstOf(to); n++) result[n] = sums[_index.SlotOf(n)];
    }
}
