using System.Globalization;
using Tombola.Reporting;
using Tombola.Reporting.Charts;
using Xunit;

namespace Tombola.Tests.Reporting;

public class PaletteTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(20)]
    public void Lines_stand_out_from_the_paper(int count) => Assert.All(Palette.Lines(count), ink =>
    {
        Assert.True(Contrast(ink.Light, Palette.Paper.Light) >= 2.8, ink.Light);
        Assert.True(Contrast(ink.Dark, Palette.Paper.Dark) >= 2.8, ink.Dark);
    });

    [Fact]
    public void Text_can_be_read_in_both_schemes() => Assert.All((Ink[])[Palette.Text, Palette.Muted, Palette.Good, Palette.Bad, Palette.Accent], ink =>
    {
        Assert.True(Contrast(ink.Light, Palette.Wash.Light) >= 4.5, ink.Light);
        Assert.True(Contrast(ink.Dark, Palette.Wash.Dark) >= 4.5, ink.Dark);
    });

    // The contrast ratio of the Web Content Accessibility Guidelines.
    private static double Contrast(string one, string other)
    {
        double[] luminance = [.. new[] { Luminance(one), Luminance(other) }.Order()];
        return (luminance[1] + 0.05) / (luminance[0] + 0.05);
    }

    private static double Luminance(string colour)
    {
        double Part(int start)
        {
            double value = int.Parse(colour.AsSpan(start, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Part(1)) + (0.7152 * Part(3)) + (0.0722 * Part(5));
    }
}
