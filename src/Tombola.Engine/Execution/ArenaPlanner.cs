using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution;

/// <summary>Lays out tensors in one piece of memory so that those that are never alive at the same time share a place.</summary>
/// <remarks>Largest first, each at the lowest place where it meets nobody of its time: simple, and within a few per cent of the least for chains of layers.</remarks>
internal sealed class ArenaPlanner
{
    private readonly List<Tensor> _tensors = [];

    /// <summary>Asks for memory.</summary>
    /// <param name="length">Floats.</param>
    /// <param name="first">First moment at which it must keep what is written.</param>
    /// <param name="last">Last such moment.</param>
    /// <param name="place">Called with the memory once all tensors are known.</param>
    /// <exception cref="ArgumentException">It is more than one piece can hold.</exception>
    public void Reserve(long length, int first, int last, Action<Slab> place)
    {
        if (length > Array.MaxLength) throw TooLarge(length);
        _tensors.Add(new Tensor(Lanes.RoundUp((int)length) + Lanes.Width, (int)length, first, last, place));
    }

    /// <summary>Takes one piece from the arena and hands out the places.</summary>
    /// <exception cref="ArgumentException">The tensors need more than one piece can hold.</exception>
    public void Place(Arena arena)
    {
        var placed = new List<(Tensor Tensor, long From)>();
        var total = 0L;
        foreach (var tensor in _tensors.OrderByDescending(tensor => tensor.Size))
        {
            var from = 0L;
            foreach (var (other, start) in placed.Where(pair => pair.Tensor.First <= tensor.Last && tensor.First <= pair.Tensor.Last).OrderBy(pair => pair.From))
            {
                if (start - from >= tensor.Size) break;
                from = Math.Max(from, start + other.Size);
            }

            placed.Add((tensor, from));
            total = Math.Max(total, from + tensor.Size);
        }

        if (total > Array.MaxLength) throw TooLarge(total);

        var memory = arena.Take((int)total);
        foreach (var (tensor, from) in placed) tensor.Place(memory.Slice((int)from, tensor.Length));
    }

    private static ArgumentException TooLarge(long floats) => new(FormattableString.Invariant(
        $"The plan needs {floats * sizeof(float) / 1e9:F1} GB in one piece, more than it can hold. Choose a smaller batch or a smaller network."));

    private sealed record Tensor(int Size, int Length, int First, int Last, Action<Slab> Place);
}
