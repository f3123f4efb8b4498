namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Convolution with the weights that remain under a mask as a <see cref="ConvolutionMethod"/>: every shape, no scratch.</summary>
/// <remarks>Its parts are bands of rows of lane blocks; where a map has few, each is split once more by channels of the target.</remarks>
internal sealed class SparseMethod : ConvolutionMethod
{
    /// <summary>Parts of a lane block, at the least, for a team to share.</summary>
    private const int BlockParts = 4;

    private readonly ConvolutionShape _shape;
    private readonly SparseIndex _index;
    private readonly SparsePatches _patches;
    private readonly int _bands, _splits;
    private readonly long _executed;

    /// <param name="shape">The convolution.</param>
    /// <param name="remaining">The weights that remain: indices in <c>[K][C / G][R][S]</c>, upwards.</param>
    /// <param name="compact">Whether the weights to pack are the remaining weights alone, in the same order, or all.</param>
    /// <param name="source">Layout of what is read: of the input, or backwards of the output.</param>
    /// <param name="backward">Whether the input's gradient is computed.</param>
    public SparseMethod(ConvolutionShape shape, int[] remaining, bool compact, LanePlanes source, bool backward)
    {
        _shape = shape;
        _index = new SparseIndex(shape, remaining, compact, source, backward);
        _patches = new SparsePatches(_index);
        _executed = _index.Executed();
        _bands = _patches.Ends.Length - 1;
        _splits = Math.Min(_index.Targets, (BlockParts + _bands - 1) / _bands);
    }

    public override string Name => $"sparse {_shape.Filters}";

    public override int PackedFloats => Math.Max(1, _index.Offsets.Length);

    public override int PackParts => _index.Targets;

    public override double Executed(int blocks) => 2.0 * _executed * LanePlanes.Lanes * blocks;

    public override int Parts(int blocks) => blocks * _bands * _splits;

    public override void Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> factors, Span<float> packed, int from, int to) =>
        _index.Pack(weights, factors, packed, from, to);

    public override unsafe void Run(
        ReadOnlySpan<float> packed,
        ReadOnlySpan<float> source,
        LanePlanes sourcePlanes,
        Span<float> target,
        LanePlanes targetPlanes,
        Epilogue epilogue,
        Span<float> scratch,
        int blocks,
        int from,
        int to)
    {
        Checked.That(from >= 0 && to <= Parts(blocks) && sourcePlanes.PlaneStride == _index.SourcePlane);
        Checked.Covers(packed, 0, PackedFloats);
        Checked.Covers(source, 0, sourcePlanes.Floats(blocks, _index.Sources, _index.Rows.Sources * _index.Columns.Sources));
        Checked.Covers(target, 0, targetPlanes.Floats(blocks, _index.Targets, _index.Rows.Targets * _index.Columns.Targets));
        Checked.CoversIfAny(epilogue.Bias, 0, _index.Targets);
        Checked.CoversIfAny(epilogue.Gate, 0, targetPlanes.Floats(blocks, _index.Targets, _index.Rows.Targets * _index.Columns.Targets));
        Checked.CoversIfAny(epilogue.Residual, 0, targetPlanes.Floats(blocks, _index.Targets, _index.Rows.Targets * _index.Columns.Targets));
        fixed (float* w = packed, x = source, y = target, bias = epilogue.Bias, gate = epilogue.Gate, residual = epilogue.Residual)
        fixed (int* offsets = _index.Offsets, ends = _index.Ends)
        fixed (SparseRun* runs = _patches.Runs)
        {
            var lists = new SparseLists(ends, offsets, w, _shape.Taps);
            for (var part = from; part < to; part++)
            {
                var (block, inBlock) = Math.DivRem(part, _bands * _splits);
                var (band, split) = Math.DivRem(inBlock, _splits);
                var (first, end) = (_index.Targets * split / _splits, _index.Targets * (split + 1) / _splits);
                foreach (var patch in _patches.Patches.AsSpan(_patches.Ends[band].._patches.Ends[band + 1]))
                {
                    var at = ((nint)block * targetPlanes.BlockStride) + patch.Target;
                    float* itsGate = gate == null ? null : gate + at, itsResidual = residual == null ? null : residual + at;
                    var placed = new PlacedEpilogue(y + at, targetPlanes.PlaneStride, _index.Targets, bias, itsGate, itsResidual, epilogue.Rectify);
                    Run(patch, lists, runs, x + ((nint)block * sourcePlanes.BlockStride) + patch.Source, placed, first, end);
                }
            }
        }
    }

    private unsafe void Run(in SparsePatch patch, in SparseLists lists, SparseRun* runs, float* source, in PlacedEpilogue placed, int from, int to)
    {
        if (_index.Columns.SourceStep == 2)
        {
            Run<SparseDoubleStep>(patch, lists, runs, source, placed, from, to);
        }
        else
        {
            Run<SparseUnitStep>(patch, lists, runs, source, placed, from, to);
        }
    }

    private unsafe void Run<TStep>(in SparsePatch patch, in SparseLists lists, SparseRun* runs, float* source, in PlacedEpilogue placed, int from, int to)
        where TStep : struct, ISparseStep
    {
        SparseRun* first = runs + patch.FirstRun, end = runs + patch.EndRun;
        nint row = _index.Rows.SourceStep * _index.Columns.Sources * LanePlanes.Lanes;
        nint targetRow = _index.Rows.TargetStep * _index.Columns.Targets * LanePlanes.Lanes, targetColumn = _index.Columns.TargetStep * LanePlanes.Lanes;
        switch (patch.Height, patch.Width)
        {
            case (4, 4):
                SparseKernel.Patch<SparseSquare, TStep>(lists, first, end, source, row, targetRow, targetColumn, placed, from, to);
                break;
            case (2, 2):
                SparseKernel.Patch<SparseSmallSquare, TStep>(lists, first, end, source, row, targetRow, targetColumn, placed, from, to);
                break;
            case (1, 8):
                SparseKernel.Patch<SparseEight, TStep>(lists, first, end, source, row, targetRow, targetColumn, placed, from, to);
                break;
            case (1, 4):
                SparseKernel.Patch<SparseFour, TStep>(lists, first, end, source, row, targetRow, targetColumn, placed, from, to);
                break;
            case (1, 2):
                SparseKernel.Patch<SparseTwo, TStep>(lists, first, end, source, row, targetRow, targetColumn, placed, from, to);
                break;
            default:
                SparseKernel.Patch<SparseOne, TStep>(lists, first, end, source, row, targetRow, targetColumn, placed, from, to);
                break;
        }
    }
}
