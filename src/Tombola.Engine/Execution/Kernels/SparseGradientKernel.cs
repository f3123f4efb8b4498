using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Kernels;

/// <summary>Sums the gradients of surviving weights: groups of survivors of a filter over a list of pixels.</summary>
/// <remarks>
/// Each survivor has two chains of fused multiply-adds in a tile, one for each half of the lanes, in the order of the list; their sum goes through the tree of
/// <see cref="Lanes.Sum"/> and is added to the sums of the tiles before. Groups of eight load nine vectors for eight multiply-adds.
/// </remarks>
internal static unsafe class SparseGradientKernel
{
    /// <summary>Sums the groups of one filter in one chunk.</summary>
    /// <param name="group">First group.</param>
    /// <param name="end">Group after the last.</param>
    /// <param name="pixels">Lists of pixels, each <paramref name="perList"/> after the one before.</param>
    /// <param name="lengths">Their lengths.</param>
    /// <param name="perList">Pixels from a list to the next.</param>
    /// <param name="y">The filter's gradient in the tile.</param>
    /// <param name="x">The input of the tile.</param>
    /// <param name="offsets">Where in <paramref name="x"/> slots begin.</param>
    /// <param name="sums">Sums of the slots.</param>
    public static void Run(SparseGroup* group, SparseGroup* end, SparsePixel* pixels, int* lengths, int perList, float* y, float* x, int* offsets, float* sums)
    {
        for (; group < end; group++)
        {
            var from = pixels + (group->Pixels * perList);
            var to = from + lengths[group->Pixels];
            int* starts = offsets + group->Slot;
            var sum = sums + group->Slot;
            switch (group->Size)
            {
                case 1: Sum<One>(from, to, y, x, starts, sum); break;
                case 2: Sum<Two>(from, to, y, x, starts, sum); break;
                case 3: Sum<Three>(from, to, y, x, starts, sum); break;
                case 4: Sum<Four>(from, to, y, x, starts, sum); break;
                case 5: Sum<Five>(from, to, y, x, starts, sum); break;
                case 6: Sum<Six>(from, to, y, x, starts, sum); break;
                case 7: Sum<Seven>(from, to, y, x, starts, sum); break;
                default: Sum<Eight>(from, to, y, x, starts, sum); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<TSize>(SparsePixel* pixel, SparsePixel* end, float* y, float* x, int* offsets, float* sums)
        where TSize : struct, ISize
    {
        float* x0 = x + offsets[0], x1 = x + offsets[1], x2 = x + offsets[2], x3 = x + offsets[3], x4 = x, x5 = x, x6 = x, x7 = x;
        if (TSize.Count > 4)
        {
            x4 += offsets[4];
            x5 += offsets[5];
            x6 += offsets[6];
            x7 += offsets[7];
        }

        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        for (; pixel < end; pixel++)
        {
            nint at = pixel->X;
            var from = y + pixel->Y;
            var (g, h) = (Vector512.Load(from), Vector512.Load(from + 16));
            Add(g, h, x0 + at, ref a0, ref b0);
            if (TSize.Count > 1) Add(g, h, x1 + at, ref a1, ref b1);
            if (TSize.Count > 2) Add(g, h, x2 + at, ref a2, ref b2);
            if (TSize.Count > 3) Add(g, h, x3 + at, ref a3, ref b3);
            if (TSize.Count > 4) Add(g, h, x4 + at, ref a4, ref b4);
            if (TSize.Count > 5) Add(g, h, x5 + at, ref a5, ref b5);
            if (TSize.Count > 6) Add(g, h, x6 + at, ref a6, ref b6);
            if (TSize.Count > 7) Add(g, h, x7 + at, ref a7, ref b7);
        }

        (Vector128.Load(sums) + Lanes.Sums(a0 + b0, a1 + b1, a2 + b2, a3 + b3)).Store(sums);
        if (TSize.Count > 4) (Vector128.Load(sums + 4) + Lanes.Sums(a4 + b4, a5 + b5, a6 + b6, a7 + b7)).Store(sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<float> g, Vector512<float> h, float* x, ref Vector512<float> a, ref Vector512<float> b)
    {
        a = Vector512.FusedMultiplyAdd(g, Vector512.Load(x), a);
        b = Vector512.FusedMultiplyAdd(h, Vector512.Load(x + 16), b);
    }

    /// <summary>The number of survivors of a group as a type, so that each has its own code.</summary>
    private interface ISize
    {
        static abstract int Count { get; }
    }

    private readonly struct One : ISize
    {
        public static int Count => 1;
    }

    private readonly struct Two : ISize
    {
        public static int Count => 2;
    }

    private readonly struct Three : ISize
    {
        public static int Count => 3;
    }

    private readonly struct Four : ISize
    {
        public static int Count => 4;
    }

    private readonly struct Five : ISize
    {
        public static int Count => 5;
    }

    private readonly struct Six : ISize
    {
        public static int Count => 6;
    }

    private readonly struct Seven : ISize
    {
        public static int Count => 7;
    }

    private readonly struct Eight : ISize
    {
        public static int Count => 8;
    }
}

/// <summary>A pixel of a tile.</summary>
/// <param name="X">Floats to it in the tile's input.</param>
/// <param name="Y">Floats to it in the gradient.</param>
internal readonly record struct SparsePixel(int X, int Y);
