using Tombola.Reporting;
using Tombola.Studies;
using Xunit;

namespace Tombola.Tests.Studies.Unmasking;

public sealed class ConnectionTableTests
{
    [Fact]
    public void Pairs_are_counted_two_by_two_and_exceptions_named()
    {
        var table = Of(both: 3, neither: 2, first: 1, second: 1);
        Assert.Equal((3, 2, 1, 1), (table.Count(true, true), table.Count(false, false), table.Count(true, false), table.Count(false, true)));
        Assert.Equal(["first 0", "second 0"], table.Exceptions.Select(pair => pair.Name));
        Assert.Equal("Of 7 pairs 3 are connected and matching, 2 neither, 1 connected only and 1 matching only (exceptions: first 0; second 0).", table.Sentence);
        Assert.Equal([["Connected", "3", "1"], ["Not connected", "1", "2"]], table.Table.Rows);
    }

    [Theory]
    [InlineData(9, 9, 1, 1, Answer.Yes)]
    [InlineData(9, 8, 1, 1, Answer.No)]
    [InlineData(1, 1, 0, 0, Answer.Yes)]
    [InlineData(5, 0, 0, 0, Answer.Undecided)]
    [InlineData(0, 5, 0, 0, Answer.Undecided)]
    [InlineData(0, 0, 0, 0, Answer.Undecided)]
    [InlineData(0, 0, 3, 0, Answer.No)]
    public void They_go_together_but_for_one_in_ten_unless_there_is_nothing_to_tell_apart(int both, int neither, int first, int second, Answer together) =>
        Assert.Equal(together, Of(both, neither, first, second).Together);

    private static ConnectionTable Of(int both, int neither, int first, int second) => new(
        "connected",
        "matching",
        [.. Many(both, "both", true, true), .. Many(neither, "neither", false, false), .. Many(first, "first", true, false), .. Many(second, "second", false, true)]);

    private static IEnumerable<ConnectedPair> Many(int count, string name, bool connected, bool other) => Enumerable.Range(0, count).Select(i => new ConnectedPair($"{name} {i}", connected, other));
}
