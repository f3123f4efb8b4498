using Tombola.Engine.Naming;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Memory;

/// <summary>Lays out reservations in memory so that those that are never alive at the same time share a place.</summary>
/// <remarks>
/// Largest first, each at the lowest place where it meets nobody of its time: simple, and within a few per cent of the least for chains of layers. Places are
/// counted through; the memory itself comes in slabs, and no reservation lies across the end of one.
/// </remarks>
/// <param name="slabFloats">Floats of a slab, at most: what a span can hold, but for tests.</param>
internal sealed class ArenaPlanner(int slabFloats = ArenaPlanner.LargestSlab)
{
    /// <summary>The most floats that a span can hold, in whole vectors: 8.6 GB.</summary>
    public const int LargestSlab = 0x7FFFFFC7 / Lanes.Width * Lanes.Width;

    private readonly List<Reservation> _reservations = [];
    private readonly int _slabFloats = slabFloats / Lanes.Width * Lanes.Width;

    /// <summary>Floats of the largest reservation, with the space that it keeps from the next.</summary>
    public int Largest => _reservations.Max(reservation => reservation.Size);

    /// <summary>Asks for memory.</summary>
    /// <param name="length">Floats.</param>
    /// <param name="first">First moment at which it must keep what is written.</param>
    /// <param name="last">Last such moment.</param>
    /// <param name="place">Called with the memory once all reservations are known.</param>
    /// <exception cref="SettingException">It is more than one slab can hold.</exception>
    public void Reserve(long length, int first, int last, Action<Slab> place)
    {
        if (length > _slabFloats - (2 * Lanes.Width))
        {
            throw new SettingException(FormattableString.Invariant(
                $"The plan needs {length * sizeof(float) / 1e9:F1} GB in one piece, more than it can hold. Choose a smaller batch or a smaller network."));
        }

        _reservations.Add(new Reservation(Lanes.RoundUp((int)length) + Lanes.Width, (int)length, first, last, place));
    }

    /// <summary>Floats of each slab that the reservations need.</summary>
    public IReadOnlyList<int> Slabs() => SlabsOf(Layout());

    /// <summary>Takes the slabs from an arena and hands out the places.</summary>
    /// <exception cref="SettingException">There is not so much memory.</exception>
    public void Place(Arena arena)
    {
        var placed = Layout();
        var slabs = SlabsOf(placed).Select(arena.Take).ToArray();
        foreach (var (reservation, from) in placed) reservation.Place(slabs[from / _slabFloats].Slice((int)(from % _slabFloats), reservation.Length));
    }

    private List<(Reservation Reservation, long From)> Layout()
    {
        var placed = new List<(Reservation Reservation, long From)>();
        foreach (var reservation in _reservations.OrderByDescending(reservation => reservation.Size))
        {
            var from = 0L;
            foreach (var (other, start) in placed.Where(pair => pair.Reservation.First <= reservation.Last && reservation.First <= pair.Reservation.Last).OrderBy(pair => pair.From))
            {
                if (start - from >= reservation.Size) break;
                from = InOneSlab(Math.Max(from, start + other.Size), reservation.Size);
            }

            placed.Add((reservation, from));
        }

        return placed;
    }

    /// <summary>The first place from here on that does not lie across the end of a slab.</summary>
    private long InOneSlab(long from, int size) => (from % _slabFloats) + size <= _slabFloats ? from : ((from / _slabFloats) + 1) * _slabFloats;

    private int[] SlabsOf(List<(Reservation Reservation, long From)> placed) =>
    [
        .. from place in placed
           group (place.From % _slabFloats) + place.Reservation.Size by place.From / _slabFloats into slab
           orderby slab.Key
           select (int)slab.Max(),
    ];

    private sealed record Reservation(int Size, int Length, int First, int Last, Action<Slab> Place);
}
