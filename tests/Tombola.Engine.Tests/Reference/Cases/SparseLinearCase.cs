using Tombola.Engine.Execution.Cpu.Kernels;

namespace Tombola.Engine.Tests.Reference;

/// <summary>A sparse linear layer with its operands, run by the kernels and as plain loops.</summary>
internal sealed class SparseLinearCase
{
    private const float Untouched = -12345;

    private readonly int _inputs, _outputs, _lanes, _blocks, _members, _strideX, _strideY;
    private readonly int[] _remaining;
    private readonly float[] _weights, _bias, _x, _dy, _before;

    public SparseLinearCase(int inputs, int outputs, Func<int, bool> remaining, int lanes, int blocks, int members)
    {
        (_inputs, _outputs, _lanes, _blocks, _members) = (inputs, outputs, lanes, blocks, members);
        _remaining = [.. Enumerable.Range(0, inputs * outputs).Where(remaining)];
        _weights = Formula.Vector(_remaining.Length, 1);

        // What stands between the blocks must not count.
        (_strideX, _strideY) = ((inputs * lanes) + 16, (outputs * lanes) + 32);
        (_bias, _x, _dy, _before) = (Formula.Vector(outputs, 2), Blocks(_strideX, inputs, 3), Blocks(_strideY, outputs, 4), Blocks(_strideX, inputs, 5));
    }

    /// <summary>The three results: Y, dX as it follows <c>before</c>, and dW of the remaining weights.</summary>
    public (float[] Forward, float[] Backward, float[] Gradient) Run(bool rectify = true, bool accumulate = true)
    {
        var layer = new SparseLinear(_inputs, _outputs, _remaining, _lanes, _members, backward: true);
        var transposed = Fresh(layer.PackedBackwardFloats);
        Assert.Equal(_remaining.Length, transposed.Length);
        layer.PackBackward(_weights, transposed, 0, transposed.Length / 3);
        layer.PackBackward(_weights, transposed, transposed.Length / 3, transposed.Length);

        var (y, dx, dw) = (Fresh(_blocks * _strideY), accumulate ? [.. _before] : Fresh(_blocks * _strideX), Fresh(_remaining.Length));
        for (var i = _members - 1; i >= 0; i--)
        {
            var ((from, to), (left, right)) = (layer.Rows(i, _members), layer.Columns(i, _members));
            for (var block = 0; block < _blocks; block++)
            {
                var (x, dy) = (block * _strideX, block * _strideY);
                layer.Forward(_weights, _x.AsSpan(x, _inputs * _lanes), _bias, rectify, y.AsSpan(dy, _outputs * _lanes), from, to);
                var gate = rectify ? _x.AsSpan(x, _inputs * _lanes) : [];
                layer.InputGradient(transposed, _dy.AsSpan(dy, _outputs * _lanes), gate, accumulate, dx.AsSpan(x, _inputs * _lanes), left, right);
            }
        }

        for (var strip = 0; strip < layer.Strips; strip++)
        {
            var (from, to) = layer.Rows(strip, layer.Strips);
            var (first, end) = layer.RemainingOf(from, to);
            layer.WeightGradient(_dy, _strideY, _x, _strideX, _blocks, dw.AsSpan(first, end - first), from, to);
        }

        return (y, dx, dw);
    }

    public void Verify()
    {
        var rows = _remaining.Select((i, n) => (Row: i / _inputs, Column: i % _inputs, Value: _weights[n])).ToLookup(weight => weight.Row);
        var columns = rows.SelectMany(row => row).ToLookup(weight => weight.Column);
        foreach (var (rectify, accumulate) in new[] { (true, false), (false, true), (true, true) })
        {
            var (y, dx, dw) = Run(rectify, accumulate);
            for (var block = 0; block < _blocks; block++)
            {
                foreach (var lane in new[] { 0, 9, _lanes - 1 })
                {
                    for (var k = 0; k < _outputs; k++)
                    {
                        var sum = Chain(0, rows[k].Select(weight => (weight.Value, X(block, weight.Column, lane))));
                        sum = new ReferenceSum(sum.Value + _bias[k], sum.Size + Math.Abs(_bias[k]), sum.Exact + _bias[k]);
                        if (rectify) sum = new ReferenceSum(Math.Max(sum.Value, 0), sum.Size, Math.Max(sum.Exact, 0));
                        Verify(sum, y[(block * _strideY) + (k * _lanes) + lane], rows[k].Count() + 1, $"Y {block}, {k}, {lane}");
                    }

                    for (var c = 0; c < _inputs; c++)
                    {
                        var at = (block * _strideX) + (c * _lanes) + lane;
                        var sum = Chain(accumulate ? _before[at] : 0, columns[c].Select(weight => (weight.Value, DY(block, weight.Row, lane))));
                        if (rectify && _x[at] <= 0) sum = default;
                        Verify(sum, dx[at], columns[c].Count(), $"dX {block}, {c}, {lane}");
                    }
                }

                Assert.All(y.AsSpan((block * _strideY) + (_outputs * _lanes), 32).ToArray(), value => Assert.Equal(Untouched, value));
            }

            for (var n = 0; n < _remaining.Length; n++)
            {
                Verify(Gradient(_remaining[n] / _inputs, _remaining[n] % _inputs), dw[n], _blocks * _lanes, $"dW {_remaining[n]}");
            }
        }
    }

    /// <summary>Sixteen chains over blocks and vectors, added up halves onto halves.</summary>
    private ReferenceSum Gradient(int k, int c)
    {
        var chains = Enumerable.Range(0, 16).Select(element => Chain(0,
            from block in Enumerable.Range(0, _blocks)
            from lane in Enumerable.Range(0, _lanes / 16)
            select (DY(block, k, (lane * 16) + element), X(block, c, (lane * 16) + element)))).ToArray();
        for (var half = 8; half > 0; half /= 2)
        {
            chains = [.. chains[..half].Zip(chains[half..], (a, b) => new ReferenceSum(a.Value + b.Value, a.Size + b.Size, a.Exact + b.Exact))];
        }

        return chains[0];
    }

    private static ReferenceSum Chain(float start, IEnumerable<(float Left, float Right)> terms)
    {
        var (value, size, exact) = ((double)start, (double)Math.Abs(start), start);
        foreach (var (left, right) in terms)
        {
            value += (double)left * right;
            size += Math.Abs((double)left * right);
            exact = MathF.FusedMultiplyAdd(left, right, exact);
        }

        return new ReferenceSum(value, size, exact);
    }

    private static void Verify(ReferenceSum expected, float found, int roundings, string where)
    {
        // Each rounding errs by at most 2^-24 of a partial sum, which is no larger than the sum of sizes.
        Assert.True(Math.Abs(found - expected.Value) <= roundings * 6e-8 * expected.Size, $"{where}: expected {expected.Value:R}, got {found:R}.");
        Assert.True(found == expected.Exact, $"{where}: the chains give {expected.Exact:R}, the kernel {found:R}.");
    }

    private float X(int block, int column, int lane) => _x[(block * _strideX) + (column * _lanes) + lane];

    private float DY(int block, int row, int lane) => _dy[(block * _strideY) + (row * _lanes) + lane];

    private float[] Blocks(int stride, int rows, uint salt)
    {
        var values = Formula.Vector(_blocks * stride, salt);
        for (var i = 0; i < values.Length; i++)
        {
            if (i % stride >= rows * _lanes) values[i] = float.NaN;
        }

        return values;
    }

    private static float[] Fresh(int length)
    {
        var values = new float[length];
        Array.Fill(values, Untouched);
        return values;
    }
}
