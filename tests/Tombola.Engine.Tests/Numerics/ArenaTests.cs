using System.Runtime.InteropServices;
using Tombola.Engine.Memory;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Tests.Numerics;

public unsafe class ArenaTests
{
    [Fact]
    public void Every_piece_is_zero_and_starts_on_a_cache_line()
    {
        using var arena = new Arena();
        for (var length = 1; length < 200; length += 7)
        {
            var piece = arena.Take(length);
            Assert.Equal(length, piece.Length);
            fixed (float* start = piece.Span) Assert.Equal(0, (nint)start % Arena.Alignment);
            Assert.False(piece.Span.ContainsAnyExcept(0f));
            piece.Span.Fill(float.NaN);
        }
    }

    [Fact]
    public void Pieces_do_not_overlap()
    {
        using var arena = new Arena();
        var pieces = Enumerable.Range(1, 40).Select(length => arena.Take(length)).ToArray();
        for (var i = 0; i < pieces.Length; i++) pieces[i].Span.Fill(i);
        for (var i = 0; i < pieces.Length; i++) Assert.False(pieces[i].Span.ContainsAnyExcept((float)i));
    }

    [Fact]
    public void A_vector_may_be_read_at_the_last_element_of_a_piece()
    {
        using var arena = new Arena();
        for (var length = 1; length <= 33; length++)
        {
            var before = arena.Bytes;
            var piece = arena.Take(length);
            Assert.True(arena.Bytes - before >= (length - 1 + Lanes.Width) * sizeof(float));
            var beyond = MemoryMarshal.CreateSpan(ref piece.Span[length - 1], Lanes.Width);
            Assert.False(beyond.ContainsAnyExcept(0f));
        }
    }

    [Fact]
    public void An_empty_piece_is_empty()
    {
        using var arena = new Arena();
        Assert.True(arena.Take(0).IsEmpty);
        Assert.True(default(Slab).IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Take(-1));
    }

    [Fact]
    public void Disposing_gives_all_bytes_back_and_may_be_repeated()
    {
        var arena = new Arena();
        arena.Take(1000);
        Assert.True(arena.Bytes >= 4000);
        arena.Dispose();
        Assert.Equal(0, arena.Bytes);
        arena.Dispose();
    }

    [Fact]
    public void A_slice_of_a_slab_is_the_same_memory()
    {
        using var arena = new Arena();
        var slab = arena.Take(10);
        slab.Slice(3, 4).Span.Fill(1);
        Assert.Equal([0, 0, 0, 1, 1, 1, 1, 0, 0, 0], slab.Span.ToArray());
        Assert.Equal(0, slab.Slice(10, 0).Length);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 11)]
    [InlineData(5, 6)]
    [InlineData(11, 0)]
    [InlineData(5, -1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void A_slice_outside_a_slab_is_refused(int offset, int length)
    {
        using var arena = new Arena();
        var slab = arena.Take(10);
        Assert.Throws<ArgumentOutOfRangeException>(() => slab.Slice(offset, length));
    }
}
