using System.Globalization;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Reporting;

public class CsvTests
{
    [Fact]
    public void A_figure_is_written_point_by_point()
    {
        StringWriter text = new();
        Csv.Write(Samples.Accuracy, text);
        Assert.Equal(
            """
            panel,series,published,x,y,low,high,note
            ,IMP,false,1,0.98,0.979,0.981,
            ,IMP,false,0.8,0.982,0.98,0.984,3 replicates
            ,IMP,false,0.64,,,,
            ,IMP,true,0.8,0.981,,,
            ,Dense,false,1,0.98,,,

            """.ReplaceLineEndings("\r\n"), text.ToString());
    }

    [Fact]
    public void A_series_of_the_whole_figure_is_written_in_every_panel()
    {
        StringWriter text = new();
        Csv.Write(Samples.Panelled, text);
        Assert.Equal(["Level 1", "Level 1", "Level 1", "Level 0", "Level 0"], Csv.Read(new StringReader(text.ToString())).Skip(1).Select(row => row[0]));
    }

    [Fact]
    public void Commas_quotes_and_line_breaks_survive_the_round_trip()
    {
        StringWriter text = new();
        Csv.Write(Samples.Table, text);
        IReadOnlyList<IReadOnlyList<string>> rows = Csv.Read(new StringReader(text.ToString()));
        Assert.Equal(["Network", "Accuracy"], rows[0]);
        Assert.Equal(Samples.Table.Rows, rows.Skip(1));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1 / 3.0)]
    [InlineData(-1.5e-300)]
    public void Numbers_survive_the_round_trip_in_any_culture(double value)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = commas;
            Assert.Equal(value, double.Parse(Csv.Number(value), CultureInfo.InvariantCulture));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
