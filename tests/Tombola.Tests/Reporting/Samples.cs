using Tombola.Reporting;

namespace Tombola.Tests.Reporting;

/// <summary>Small reports that the tests share.</summary>
internal static class Samples
{
    public static Figure Accuracy { get; } =
        new("accuracy-by-density", "Accuracy", "Test accuracy against density.", Axis.Density, new("Test accuracy", Format: ".1%"))
        {
            Series =
            [
                new("IMP", [new(1, 0.98, 0.979, 0.981), new(0.8, 0.982, 0.98, 0.984, "3 replicates"), new(0.64, double.NaN)]),
                new("IMP", [new(0.8, 0.981)]) { Published = true },
                new("Dense", [new(1, 0.98)]) { Reference = true },
            ],
            Threshold = new(0.978, "matching"),
            Source = "A, figure 7",
        };

    public static Figure Panelled { get; } =
        new("paths", "Paths", "Error along the path.", new("α"), new("Error"))
        {
            Panels = [new("Level 1", [new("IMP", [new(0, 0.1), new(1, 0.2)])]), new("Level 0", [new("IMP", [new(0, 0.3)])])],
            Series = [new("Dense", [new(0, 0.05)]) { Reference = true }],
        };

    public static Table Table { get; } =
        new("results", "Results", [new("Network"), new("Accuracy", Numeric: true)], [["LeNet, \"small\"", "98.3 %"], ["two\nlines", ""]]);

    public static Report Report(params Figure[] figures) => new()
    {
        Title = "Stable & <matching>",
        Study = "lmc/fig6",
        Question = "Is \"it\" </script><script>alert(1)</script>?",
        Verdict = "Yes.",
        Claims = [new("It holds.", Answer.Yes), new("It fails.", Answer.No), new("Who knows.", Answer.Undecided)],
        Figures = figures,
        Tables = [Table],
        Choices = [new("noise", "fresh", "The paper is silent.")],
        Provenance = [new("Seed", "7")],
    };
}
