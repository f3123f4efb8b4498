using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Memory;

namespace Tombola.Engine.Tests.Numerics;

public class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Every_member_runs_once_a_call(int size)
    {
        using var team = new ThreadTeam(size);
        var calls = new int[size];
        for (var call = 1; call <= 50; call++)
        {
            team.Run(member => Interlocked.Increment(ref calls[member]));
            Assert.All(calls, n => Assert.Equal(call, n));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)]
    public void Thousands_of_quick_calls_lose_none_and_see_each_others_writes(int size)
    {
        using var team = new ThreadTeam(size);
        long[] sums = new long[size * 16], shared = new long[1];
        Action<int> work = member => sums[member * 16] += shared[0];
        for (var call = 1; call <= 4000; call++)
        {
            shared[0] = call;
            team.Run(work);
        }

        for (var member = 0; member < size; member++) Assert.Equal(8_002_000, sums[member * 16]);
    }

    [Fact]
    public void Members_that_fell_asleep_wake_up_again()
    {
        using var team = new ThreadTeam(2);
        var calls = 0;
        for (var call = 0; call < 5; call++)
        {
            team.Run(_ => Interlocked.Increment(ref calls));
            new ManualResetEventSlim().Wait(TimeSpan.FromMilliseconds(20));
        }

        Assert.Equal(10, calls);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    public void An_exception_reaches_the_caller_as_it_was_thrown(int size, int thrower)
    {
        using var team = new ThreadTeam(size);
        var failure = Assert.Throws<FormatException>(() => team.Run(member =>
        {
            if (member == thrower) throw new FormatException("broken");
        }));
        Assert.Equal("broken", failure.Message);
    }

    [Fact]
    public void After_a_failure_of_all_members_the_team_works_on()
    {
        using var team = new ThreadTeam(3);
        Assert.Throws<FormatException>(() => team.Run(_ => throw new FormatException("all")));
        var calls = 0;
        team.Run(_ => Interlocked.Increment(ref calls));
        Assert.Equal(3, calls);
    }

    [Fact]
    public void A_call_returns_only_when_all_members_are_done_even_if_the_first_one_fails()
    {
        using var team = new ThreadTeam(2);
        var done = false;
        Assert.Throws<FormatException>(() => team.Run(member =>
        {
            if (member == 0) throw new FormatException("first");
            new ManualResetEventSlim().Wait(TimeSpan.FromMilliseconds(30));
            Volatile.Write(ref done, true);
        }));
        Assert.True(Volatile.Read(ref done));
    }

    [Fact]
    public void Parts_cover_all_items_in_order_and_differ_by_one_at_most() =>
        Prop.ForAll(Gen.Choose(1, 9).ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(), (size, count) =>
        {
            using var team = new ThreadTeam(size);
            var parts = Enumerable.Range(0, size).Select(member => team.Part(member, count)).ToArray();
            var joined = parts.Zip(parts.Skip(1)).All(pair => pair.First.To == pair.Second.From);
            var lengths = parts.Select(part => part.To - part.From).ToArray();
            return joined && parts[0].From == 0 && parts[^1].To == count && lengths.Max() - lengths.Min() <= 1;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_team_needs_a_member() => Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(0));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_disposed_team_refuses_work(int size)
    {
        var team = new ThreadTeam(size);
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(_ => { }));
    }

    [Fact]
    public void Disposing_ends_the_threads_of_a_team_that_never_worked()
    {
        for (var i = 0; i < 50; i++) new ThreadTeam(3).Dispose();
        Thread[] seen = new Thread[2];
        var team = new ThreadTeam(2);
        team.Run(member => seen[member] = Thread.CurrentThread);
        team.Dispose();
        Assert.False(seen[1].IsAlive);
    }
}
