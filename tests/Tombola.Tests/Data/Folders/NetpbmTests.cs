using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tombola.Data;
using Tombola.Engine.Networks;
using Xunit;

namespace Tombola.Tests.Data.Folders;

public sealed class NetpbmTests
{
    private static readonly ImageFormat Format = ImageFormats.Registry.Find("netpbm");

    [Fact]
    public void Every_value_comes_into_its_channel_row_and_column() => Prop.ForAll(
        (from channels in Gen.Elements(1, 3)
         from rows in Gen.Choose(1, 40)
         from columns in Gen.Choose(1, 40)
         from gap in Gen.Elements(" ", "\n", " \t\r\n", "\n# made by hand, 3 4 5\n", "#\n", " # one\r# two\n ")
         from seed in Gen.Choose(0, 1000)
         select (Shape: new Shape(channels, rows, columns), Gap: gap, Seed: seed)).ToArbitrary(),
        drawn =>
        {
            var image = new byte[drawn.Shape.Count];
            new Random(drawn.Seed).NextBytes(image);
            var file = ImageFiles.Netpbm(drawn.Shape, image, drawn.Gap);
            Assert.Equal(drawn.Shape, Format.Measure(file));
            var pixels = new byte[drawn.Shape.Count];
            Format.Decode(file, pixels);
            Assert.Equal(image, pixels);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("", "does not begin with P5 or P6")]
    [InlineData("P", "does not begin with P5 or P6")]
    [InlineData("P2\n2 1\n255\n1 2", "does not begin with P5 or P6")]
    [InlineData("\x89PNG", "does not begin with P5 or P6")]
    [InlineData("P5", "byte 2 does not begin the width")]
    [InlineData("P52 1 255\nab", "byte 2 does not begin the width")]
    [InlineData("P5\n# 2 1 255 ab", "does not begin the width")]
    [InlineData("P5\n2", "byte 4 does not begin the height")]
    [InlineData("P5\n2 0 255\n", "byte 5 does not begin the height")]
    [InlineData("P5\n2 -1 255\nab", "byte 5 does not begin the height")]
    [InlineData("P5\n2 70000 255\nab", "byte 5 does not begin the height, a number from 1 to 65535")]
    [InlineData("P5\n2 1 65535\nabcd", "the largest value is 65535, but only files with 255")]
    [InlineData("P5\n2 1 255", "no white space")]
    [InlineData("P5\n2 1 255#\nab", "no white space")]
    [InlineData("P5\n2 1 255\na", "take 2 bytes, but 1 follow")]
    [InlineData("P5\n2 1 255\nabc", "take 2 bytes, but 3 follow")]
    [InlineData("P6\n2 1 255\nab", "2 pixels in 3 channels take 6 bytes, but 2 follow")]
    [InlineData("P6\n65535 65535 255\nab", "take 12884508675 bytes, but 2 follow")]
    public void What_is_no_such_file_is_refused(string file, string what)
    {
        var bytes = Encoding.Latin1.GetBytes(file);
        Assert.Contains(what, Assert.Throws<InvalidDataException>(() => { Format.Measure(bytes); }).Message, StringComparison.Ordinal);
        Assert.Contains(what, Assert.Throws<InvalidDataException>(() => Format.Decode(bytes, new byte[100])).Message, StringComparison.Ordinal);
    }
}
