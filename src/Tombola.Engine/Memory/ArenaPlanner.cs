using Tombola.Engine.Naming;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Memory;

/// <summary>Lays out reservations in one piece of memory so that those that are never alive at the same time share a place.</summary>
/// <remarks>Largest first, each at the lowest place where it meets nobody of its time: simple, and within a few per cent of the least for chains of layers.</remarks>
internal sealed class ArenaPlanner
{
    private readonly List<Reservation> _reservations = [];

    /// <summary>Asks for memory.</summary>
    /// <param name="length">Floats.</param>
    /// <param name="first">First moment at which it must keep what is written.</param>
    /// <param name="last">Last such moment.</param>
    /// <param name="place">Called with the memory once all reservations are known.</param>
    /// <exception cref="ArgumentException">It is more than one piece can hold.</exception>
    public void Reserve(long length, int first, int last, Action<Slab> place)
    {
        if (length > Array.MaxLength) throw TooLarge(length);
        _reservations.Add(new Reservation(Lanes.RoundUp((int)length) + Lanes.Width, (int)length, first, last, place));
    }

    /// <summary>Takes one piece from the arena and hands out the places.</summary>
    /// <exception cref="ArgumentException">The reservations need more than one piece can hold.</exception>
    public void Place(Arena arena)
    {
        var placed = new List<(Reservation Reservation, long From)>();
        var total = 0L;
        foreach (var reservation in _reservations.OrderByDescending(reservation => reservation.Size))
        {
            var from = 0L;
            foreach (var (other, start) in placed.Where(pair => pair.Reservation.First <= reservation.Last && reservation.First <= pair.Reservation.Last).OrderBy(pair => pair.From))
            {
                if (start - from >= reservation.Size) break;
                from = Math.Max(from, start + other.Size);
            }

            placed.Add((reservation, from));
            total = Math.Max(total, from + reservation.Size);
        }

        if (total > Array.MaxLength) throw TooLarge(total);

        var memory = arena.Take((int)total);
        foreach (var (reservation, from) in placed) reservation.Place(memory.Slice((int)from, reservation.Length));
    }

    private static SettingException TooLarge(long floats) => new(FormattableString.Invariant(
        $"The plan needs {floats * sizeof(float) / 1e9:F1} GB in one piece, more than it can hold. Choose a smaller batch or a smaller network."));

    private sealed record Reservation(int Size, int Length, int First, int Last, Action<Slab> Place);
}
