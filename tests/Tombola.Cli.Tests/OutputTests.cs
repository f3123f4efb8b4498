using Spectre.Console;

namespace Tombola.Cli.Tests;

/// <summary>Tables on terminals of some width.</summary>
public sealed class OutputTests
{
    private static readonly (string, bool)[] Columns = [("Name", false), ("Example", false), ("Weights", true), ("What it is", false)];
    private static readonly string[][] Rows = [["mnist_lenet_A_B_...", "mnist_lenet_300_100", "266200", "Fully connected layers of A, B, ... units for images of any size, ReLU between."], ["short", "small", "999", "Nothing."]];

    [Fact]
    public void On_a_narrow_terminal_spare_columns_go_and_text_goes_on_below_while_names_stay_whole()
    {
        var lines = Table(80);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains(lines, line => line.Contains("mnist_lenet_A_B_...", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("Example", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.TrimStart().StartsWith("units for", StringComparison.Ordinal) || line.Contains("any size", StringComparison.Ordinal));
    }

    [Fact]
    public void On_a_wide_one_everything_stands_in_one_line_and_large_numbers_have_their_thousands_set_apart()
    {
        var lines = Table(200);
        var line = Assert.Single(lines, line => line.Contains("mnist_lenet_A_B_...", StringComparison.Ordinal));
        foreach (var part in new[] { "mnist_lenet_300_100", "266,200", "ReLU between." }) Assert.Contains(part, line, StringComparison.Ordinal);
    }

    private static string[] Table(int width)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        new Output(json: false, console).Table(Columns, Rows, wrapped: "What it is", "Example");
        return text.ToString().Split('\n');
    }
}
