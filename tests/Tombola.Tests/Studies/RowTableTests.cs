using Tombola.Reporting;
using Tombola.Studies;
using Xunit;

namespace Tombola.Tests.Studies;

public sealed class RowTableTests
{
    private static readonly Statistics Accuracy = Statistics.Of((Measures.TestAccuracy, SampleStatistic.Of([[0.981, 0.98], [0.979]])));

    private static readonly StudyRow Dense = new(Condition.Dense(), 1, 2, 2, Statistics.Of((Measures.TestAccuracy, SampleStatistic.Of([[0.981, 0.98], [0.979]])), (Measures.Barrier, SampleStatistic.Of([[0.004]]))))
    {
        Stable = Answer.Yes,
    };

    private static readonly Condition Ticket = new(NetworkKinds.Imp, 0, 1);

    [Fact]
    public void A_column_that_no_row_fills_is_left_out()
    {
        Assert.Equal(["Level", "Density %", "Network", "Accuracy %", "Barrier %", "Stable"], Heads(Dense));
        Assert.Equal(["Level", "Density %", "Network", "Accuracy %", "Match"], Heads(Dense with { Statistics = Accuracy, Stable = null }, Dense with { Condition = Ticket, Statistics = Accuracy, Stable = null, Matching = Answer.No }));
        Assert.Equal(["Level", "Density %", "Network", "k", "Accuracy %", "Barrier %", "Stable"], Heads(Dense, Dense with { Condition = Condition.Dense(500) }));
    }

    [Fact]
    public void Every_row_has_a_cell_for_each_column() => Assert.Equal(
        ["1", "100.0", "ticket", "97.00", "", "", "yes"],
        RowTable.Of([Dense, Dense with { Condition = Ticket, Statistics = Statistics.Of((Measures.TestAccuracy, SampleStatistic.Of([[0.97]]))), Stable = null, Matching = Answer.Yes }]).Rows[1]);

    private static IEnumerable<string> Heads(params StudyRow[] rows) => RowTable.Of(rows).Columns.Select(column => column.Title);
}
