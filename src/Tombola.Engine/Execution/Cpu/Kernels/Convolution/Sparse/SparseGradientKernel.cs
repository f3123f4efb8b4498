using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Kernels;

/// <summary>Sums the gradients of remaining weights: groups of remaining weights of a filter over a list of pixels.</summary>
/// <remarks>
/// Each remaining weight has two chains of fused multiply-adds in a tile, one for each half of the lanes, in the order of the list; their sum goes through the tree of
/// <see cref="Lanes.Sum"/> and is added to the sums of the tiles before. Which remaining weights form a group, and the filters that a thread
/// takes, do not change that. Groups of eight load nine vectors for eight multiply-adds, and loads are what binds them. The loop over pixels is kept free of other
/// loads, even of an offset for each pixel: those cost a quarter of its speed.
/// </remarks>
internal static unsafe class SparseGradientKernel
{
    /// <summary>Sums the groups of one filter in one chunk.</summary>
    /// <param name="group">First group.</param>
    /// <param name="end">Group after the last.</param>
    /// <param name="lists">The tile's lists of pixels.</param>
    /// <param name="y">The filter's gradient in the tile.</param>
    /// <param name="x">The input of the tile.</param>
    /// <param name="offsets">Where in <paramref name="x"/> slots begin.</param>
    /// <param name="sums">Sums of the slots.</param>
    public static void Run(SparseGradientGroup* group, SparseGradientGroup* end, PixelRuns* lists, float* y, float* x, int* offsets, float* sums)
    {
        for (; group < end; group++)
        {
            int* starts = offsets + group->Slot;
            var sum = sums + group->Slot;
            var runs = lists + group->Pixels;
            switch (group->Size)
            {
                case 1: Sum<One>(runs, y, x, starts, sum); break;
                case 2: Sum<Two>(runs, y, x, starts, sum); break;
                case 3: Sum<Three>(runs, y, x, starts, sum); break;
                case 4: Sum<Four>(runs, y, x, starts, sum); break;
                case 5: Sum<Five>(runs, y, x, starts, sum); break;
                case 6: Sum<Six>(runs, y, x, starts, sum); break;
                case 7: Sum<Seven>(runs, y, x, starts, sum); break;
                default: Sum<Eight>(runs, y, x, starts, sum); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<TSize>(PixelRuns* runs, float* y, float* x, int* offsets, float* sums)
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
        nint stepX = runs->StepX, stepY = runs->StepY;
        for (SparseSkip* skip = runs->Skips, end = skip + runs->Count; skip < end; skip++)
        {
            // Pointers that all move need fewer registers than addresses of base and index.
            nint skipX = skip->X;
            y += skip->Y;
            x0 += skipX;
            if (TSize.Count > 1) x1 += skipX;
            if (TSize.Count > 2) x2 += skipX;
            if (TSize.Count > 3) x3 += skipX;
            if (TSize.Count > 4) x4 += skipX;
            if (TSize.Count > 5) x5 += skipX;
            if (TSize.Count > 6) x6 += skipX;
            if (TSize.Count > 7) x7 += skipX;
            for (var n = runs->Length; n > 0; n--)
            {
                var (g, h) = (Vector512.Load(y), Vector512.Load(y + 16));
                y += stepY;
                Add(g, h, ref x0, stepX, ref a0, ref b0);
                if (TSize.Count > 1) Add(g, h, ref x1, stepX, ref a1, ref b1);
                if (TSize.Count > 2) Add(g, h, ref x2, stepX, ref a2, ref b2);
                if (TSize.Count > 3) Add(g, h, ref x3, stepX, ref a3, ref b3);
                if (TSize.Count > 4) Add(g, h, ref x4, stepX, ref a4, ref b4);
                if (TSize.Count > 5) Add(g, h, ref x5, stepX, ref a5, ref b5);
                if (TSize.Count > 6) Add(g, h, ref x6, stepX, ref a6, ref b6);
                if (TSize.Count > 7) Add(g, h, ref x7, stepX, ref a7, ref b7);
            }
        }

        (Vector128.Load(sums) + Lanes.Sums(a0 + b0, a1 + b1, a2 + b2, a3 + b3)).Store(sums);
        if (TSize.Count > 4) (Vector128.Load(sums + 4) + Lanes.Sums(a4 + b4, a5 + b5, a6 + b6, a7 + b7)).Store(sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<float> g, Vector512<float> h, ref float* x, nint step, ref Vector512<float> a, ref Vector512<float> b)
    {
        a = Vector512.FusedMultiplyAdd(g, Vector512.Load(x), a);
        b = Vector512.FusedMultiplyAdd(h, Vector512.Load(x + 16), b);
        x += step;
    }

    /// <summary>The number of remaining weights of a group as a type, so that each has its own code.</summary>
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
