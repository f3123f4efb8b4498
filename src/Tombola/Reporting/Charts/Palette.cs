using System.Globalization;

namespace Tombola.Reporting.Charts;

/// <summary>A colour for light paper and its counterpart for dark.</summary>
internal readonly record struct Ink(string Light, string Dark);

/// <summary>The colours of a report. Chosen to differ for the colour-blind, and to stand out from the paper by 3 : 1 at least.</summary>
internal static class Palette
{
    public static readonly Ink Paper = new("#ffffff", "#16191f");
    public static readonly Ink Text = new("#1d232b", "#e7eaee");
    public static readonly Ink Muted = new("#58616d", "#a3adb9");
    public static readonly Ink Line = new("#e3e7ec", "#2d333c");
    public static readonly Ink Wash = new("#f4f6f9", "#1f242c");
    public static readonly Ink Accent = new("#0068b5", "#58aef5");
    public static readonly Ink Good = new("#00775f", "#35c9a3");
    public static readonly Ink Bad = new("#c03a00", "#ff8f4f");

    /// <summary>Lines and letters on a map's dark colours, which are the same on light paper and on dark.</summary>
    public static readonly Ink OnDarkMap = new("#fafafa", "#fafafa");

    /// <summary>The same on its bright colours.</summary>
    public static readonly Ink OnBrightMap = new("#1b1e24", "#1b1e24");

    private static readonly Ink[] Named =
    [
        new("#0068b5", "#58aef5"), // blue
        new("#d14b00", "#ff8f4f"), // vermilion
        new("#00856a", "#35c9a3"), // green
        new("#a63d86", "#ea94cf"), // purple
        new("#9a7000", "#ecc043"), // ochre
        new("#3f4a9e", "#a9b0ff"), // indigo
        new("#7a4a2b", "#c9a083"), // brown
    ];

    // From dark blue over green to ochre, in even steps of lightness; brighter throughout on dark paper.
    private static readonly (int R, int G, int B)[] LightRamp = [(52, 38, 118), (45, 96, 158), (20, 137, 133), (92, 152, 60), (178, 142, 0)];
    private static readonly (int R, int G, int B)[] DarkRamp = [(142, 122, 230), (84, 152, 232), (52, 190, 178), (138, 208, 96), (248, 220, 84)];

    /// <summary>Colours of <paramref name="count"/> lines: distinct ones while they last, else a ramp, as so many lines are levels or layers in order.</summary>
    public static IReadOnlyList<Ink> Lines(int count) => count <= Named.Length
        ? Named[..count]
        : [.. Enumerable.Range(0, count).Select(i => i / (count - 1.0)).Select(t => new Ink(At(LightRamp, t), At(DarkRamp, t)))];

    private static string At((int R, int G, int B)[] ramp, double t)
    {
        double position = t * (ramp.Length - 1);
        int left = Math.Min((int)position, ramp.Length - 2);
        double part = position - left;
        return string.Create(CultureInfo.InvariantCulture,
            $"#{Mix(ramp[left].R, ramp[left + 1].R):x2}{Mix(ramp[left].G, ramp[left + 1].G):x2}{Mix(ramp[left].B, ramp[left + 1].B):x2}");

        int Mix(int from, int to) => (int)Math.Round(from + ((to - from) * part));
    }
}
