using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>An <see cref="Epilogue"/> at one place of the target: pointers to what belongs there in the first output; null where there is nothing to add.</summary>
/// <param name="target">Where the sums go.</param>
/// <param name="plane">Floats from an output to the next.</param>
/// <param name="outputs">Outputs that exist.</param>
/// <param name="bias">A number for each output.</param>
/// <param name="gate">What the sums pass.</param>
/// <param name="residual">What is added.</param>
/// <param name="rectify">Whether negative values become zero.</param>
internal readonly unsafe struct PlacedEpilogue(float* target, nint plane, int outputs, float* bias, float* gate, float* residual, bool rectify)
{
    private readonly float* _target = target, _bias = bias, _gate = gate, _residual = residual;
    private readonly nint _plane = plane;
    private readonly int _outputs = outputs;
    private readonly bool _rectify = rectify;

    /// <summary>Whether a sum of zero leaves the target as it is.</summary>
    public bool OnlyAdds => _residual == _target && _bias == null && !_rectify;

    /// <summary>Asks for what the end of a tile needs, which often lies in memory, while the sums are being made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch()
    {
        if (!Sse.IsSupported) return;
        for (var at = _target; at < _target + (_outputs * _plane); at += _plane)
        {
            Sse.Prefetch1(at);
            Sse.Prefetch1(at + 16);
        }

        for (var at = _gate; _gate != null && at < _gate + (_outputs * _plane); at += _plane)
        {
            Sse.Prefetch1(at);
            Sse.Prefetch1(at + 16);
        }
    }

    /// <summary>Writes all lanes of an output, if it exists.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Row(int output, Vector512<float> low, Vector512<float> high)
    {
        if (output >= _outputs) return;
        var at = output * _plane;
        if (_bias != null)
        {
            var bias = Vector512.Create(_bias[output]);
            (low, high) = (low + bias, high + bias);
        }

        if (_gate != null)
        {
            low &= Vector512.GreaterThan(Vector512.Load(_gate + at), Vector512<float>.Zero);
            high &= Vector512.GreaterThan(Vector512.Load(_gate + at + 16), Vector512<float>.Zero);
        }

        if (_residual != null) (low, high) = (low + Vector512.Load(_residual + at), high + Vector512.Load(_residual + at + 16));
        if (_rectify) (low, high) = (Vector512.Max(low, Vector512<float>.Zero), Vector512.Max(high, Vector512<float>.Zero));
        low.Store(_target + at);
        high.Store(_target + at + 16);
    }

    /// <summary>Writes 16 lanes of an output, from <paramref name="lane"/> on, if it exists.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Quarter(int output, int lane, Vector256<float> low, Vector256<float> high)
    {
        if (output >= _outputs) return;
        var at = (output * _plane) + lane;
        if (_bias != null)
        {
            var bias = Vector256.Create(_bias[output]);
            (low, high) = (low + bias, high + bias);
        }

        if (_gate != null)
        {
            low &= Vector256.GreaterThan(Vector256.Load(_gate + at), Vector256<float>.Zero);
            high &= Vector256.GreaterThan(Vector256.Load(_gate + at + 8), Vector256<float>.Zero);
        }

        if (_residual != null) (low, high) = (low + Vector256.Load(_residual + at), high + Vector256.Load(_residual + at + 8));
        if (_rectify) (low, high) = (Vector256.Max(low, Vector256<float>.Zero), Vector256.Max(high, Vector256<float>.Zero));
        low.Store(_target + at);
        high.Store(_target + at + 8);
    }

    /// <summary>Writes 16 elements of an output that exists, <paramref name="place"/> floats from the place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int output, nint place, Vector512<float> sum)
    {
        var at = (output * _plane) + place;
        if (_bias != null) sum += Vector512.Create(_bias[output]);
        if (_gate != null) sum &= Vector512.GreaterThan(Vector512.Load(_gate + at), Vector512<float>.Zero);
        if (_residual != null) sum += Vector512.Load(_residual + at);
        if (_rectify) sum = Vector512.Max(sum, Vector512<float>.Zero);
        sum.Store(_target + at);
    }
}
