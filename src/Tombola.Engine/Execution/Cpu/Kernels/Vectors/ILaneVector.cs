using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FusedMultiply = System.Runtime.Intrinsics.X86.Fma;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>One register of floats, so that a kernel that needs many registers is written once and compiled for both sizes.</summary>
/// <remarks>
/// The machine-independent 16 floats of <see cref="Vector512{T}"/> cost two registers each where registers hold 8, and the compiler keeps such
/// pairs in memory. Element-wise operations give the same bits at either size.
/// </remarks>
internal unsafe interface ILaneVector<T>
    where T : struct, ILaneVector<T>
{
    /// <summary>Floats in one register.</summary>
    static abstract int Count { get; }

    static abstract T Fill(float value);

    static abstract T Load(float* source);

    static abstract void Store(T value, float* target);

    static abstract T operator +(T x, T y);

    static abstract T operator -(T x, T y);

    /// <summary>x y + z, rounded once.</summary>
    static abstract T Fma(T x, T y, T z);

    /// <summary>z - x y, rounded once.</summary>
    static abstract T Fnma(T x, T y, T z);

    /// <summary>max(x, 0); what is not a number stays so.</summary>
    static abstract T Rectify(T x);

    /// <summary>x where <paramref name="gate"/> is positive, else 0.</summary>
    static abstract T Gate(T x, T gate);
}

/// <summary>16 floats.</summary>
internal readonly unsafe struct WideVector(Vector512<float> value) : ILaneVector<WideVector>
{
    private readonly Vector512<float> _value = value;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector Fill(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(WideVector value, float* target) => value._value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector operator +(WideVector x, WideVector y) => new(x._value + y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector operator -(WideVector x, WideVector y) => new(x._value - y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector Fma(WideVector x, WideVector y, WideVector z) => new(Vector512.FusedMultiplyAdd(x._value, y._value, z._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector Fnma(WideVector x, WideVector y, WideVector z) => new(
        Avx512F.IsSupported ? Avx512F.FusedMultiplyAddNegated(x._value, y._value, z._value) : Vector512.FusedMultiplyAdd(-x._value, y._value, z._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector Rectify(WideVector x) => new(Vector512.Max(x._value, Vector512<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector Gate(WideVector x, WideVector gate) => new(x._value & Vector512.GreaterThan(gate._value, Vector512<float>.Zero));
}

/// <summary>8 floats.</summary>
internal readonly unsafe struct NarrowVector(Vector256<float> value) : ILaneVector<NarrowVector>
{
    private readonly Vector256<float> _value = value;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowVector Fill(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowVector Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(NarrowVector value, float* target) => value._value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowVector operator +(NarrowVector x, NarrowVector y) => new(x._value + y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowVector operator -(NarrowVector x, NarrowVector y) => new(x._value - y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowVector Fma(NarrowVector x, NarrowVector y, NarrowVector z) => new(Vector256.FusedMultiplyAdd(x._value, y._value, z._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowVector Fnma(NarrowVector x, NarrowVector y, NarrowVector z) => new(
        FusedMultiply.IsSupported ? FusedMultiply.MultiplyAddNegated(x._value, y._value, z._value) : Vector256.FusedMultiplyAdd(-x._value, y._value, z._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowVector Rectify(NarrowVector x) => new(Vector256.Max(x._value, Vector256<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowVector Gate(NarrowVector x, NarrowVector gate) => new(x._value & Vector256.GreaterThan(gate._value, Vector256<float>.Zero));
}
