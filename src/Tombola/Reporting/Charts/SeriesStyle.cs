namespace Tombola.Reporting.Charts;

/// <summary>How one series is drawn.</summary>
internal sealed record SeriesStyle(string Name, Ink Stroke, Ink Fill, string Shape, int[] Dash)
{
    private static readonly string[] Shapes = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "triangle-right"];
    private static readonly int[] Solid = [];
    private static readonly int[] Dashed = [5, 4];
    private static readonly int[][] ReferenceDashes = [Solid, [9, 3], [2, 3]];

    /// <summary>Styles in legend order: a published series takes colour and shape of ours of the same name, references are grey.</summary>
    /// <param name="series">Of each name one.</param>
    /// <param name="marked">Whether the points of a name are marked somewhere: a line without marks is a line in the legend too.</param>
    public static IReadOnlyList<SeriesStyle> Of(IReadOnlyList<Series> series, Func<string, bool> marked)
    {
        string[] names = [.. series.Where(one => !one.Reference).Select(one => one.Name).Distinct()];
        IReadOnlyList<Ink> inks = Palette.Lines(names.Length);
        // Shapes help while they can be told apart; on a ramp of many lines they would only be noise.
        bool shaped = names.Length <= Shapes.Length;
        int references = 0;
        return [.. series.Select(Style)];

        SeriesStyle Style(Series one)
        {
            if (one.Reference)
            {
                return new(one.LegendName, Palette.Muted, Palette.Muted, "stroke", ReferenceDashes[references++ % ReferenceDashes.Length]);
            }
            int index = Array.IndexOf(names, one.Name);
            return new(one.LegendName, inks[index], one.Published ? Palette.Paper : inks[index], !marked(one.LegendName) ? "stroke" : shaped ? Shapes[index] : "circle",
                one.Published ? Dashed : Solid);
        }
    }
}
