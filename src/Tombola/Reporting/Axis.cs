namespace Tombola.Reporting;

/// <summary>One axis of a figure.</summary>
/// <param name="Title">What is measured, with its unit.</param>
/// <param name="Logarithmic">Equal ratios take equal room. Where a value is zero or negative, the axis is linear around zero, so that k = 0 shows.</param>
/// <param name="Format">How numbers are written, in d3's notation; a fraction with <c>".1%"</c> reads "51.2 %". Even ticks take the decimals they need. Null writes plain numbers.</param>
/// <param name="Reversed">Large values at the left: density axes run from dense to sparse.</param>
public sealed record Axis(string Title, bool Logarithmic = false, string? Format = null, bool Reversed = false)
{
    /// <summary>Ticks at round numbers, where the places of the points say nothing by themselves; a horizontal axis in equal ratios has one at every place otherwise.</summary>
    internal bool RoundTicks { get; init; }

    /// <summary>Density from 100 % at the left to sparse at the right, in equal ratios, as levels of iterative pruning are.</summary>
    public static Axis Density { get; } = new("Weights remaining", Logarithmic: true, Format: ".1%", Reversed: true);
}
