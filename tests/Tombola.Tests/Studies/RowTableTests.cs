using Tombola.Reporting;
using Tombola.Studies;
using Xunit;

namespace Tombola.Tests.Studies;

public sealed class RowTableTests
{
    private static readonly StudyRow Dense = new()
    {
        Level = 0,
        Density = 1,
        Mask = "imp",
        Rewind = 0,
        Replicates = 2,
        Copies = 2,
        TestAccuracy = SampleStatistic.Of([[0.981, 0.98], [0.979]]),
        Barrier = SampleStatistic.Of([[0.004]]),
        Stable = Answer.Yes,
    };

    [Fact]
    public void A_column_that_no_row_fills_is_left_out()
    {
        Assert.Equal(["Level", "Density %", "Network", "Accuracy %", "Barrier %", "Stable"], Heads(Dense));
        Assert.Equal(["Level", "Density %", "Network", "Accuracy %", "Match"], Heads(Dense with { Barrier = null, Stable = null }, Dense with { Level = 1, Barrier = null, Stable = null, Matching = Answer.No }));
        Assert.Equal(["Level", "Density %", "Network", "k", "Accuracy %", "Barrier %", "Stable"], Heads(Dense, Dense with { Rewind = 500 }));
    }

    [Fact]
    public void Every_row_has_a_cell_for_each_column() => Assert.Equal(
        ["1", "100.0", "ticket", "97.00", "", "", "yes"],
        RowTable.Of([Dense, Dense with { Level = 1, TestAccuracy = SampleStatistic.Of([[0.97]]), Barrier = null, Stable = null, Matching = Answer.Yes }]).Rows[1]);

    private static IEnumerable<string> Heads(params StudyRow[] rows) => RowTable.Of(rows).Columns.Select(column => column.Title);
}
