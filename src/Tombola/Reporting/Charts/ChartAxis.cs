using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tombola.Reporting.Charts;

/// <summary>Scale, ticks and number format of one axis, for the values that it has to show.</summary>
internal sealed class ChartAxis(Axis axis, IReadOnlyList<double> values, bool vertical)
{
    private const int MostTicks = 60;

    private readonly double[] _values = [.. values.Where(double.IsFinite).Distinct().Order()];

    public string Title => axis.Title;

    public JsonObject Scale()
    {
        JsonObject scale = [];
        if (axis.Logarithmic)
        {
            double[] positive = [.. _values.Where(value => value > 0)];
            bool throughZero = positive.Length < _values.Length;
            scale["type"] = throughZero ? "symlog" : "log";
            // The part around zero gets the room of one doubling or so; with a constant of 1, k = 0 would stand far apart from k = 500.
            if (throughZero) scale["constant"] = positive.Length > 0 ? positive[0] : 1;
        }
        if (_values.Length > 0) scale["domain"] = Domain();
        scale["nice"] = vertical;
        if (!vertical) scale["padding"] = 12;
        if (axis.Reversed) scale["reverse"] = true;
        return scale;
    }

    public JsonObject Guide()
    {
        JsonObject guide = new() { ["title"] = axis.Title, ["labelExpr"] = Text("datum.value", forTooltip: false) };
        if (axis.Logarithmic && !vertical && _values.Length is > 0 and <= MostTicks)
        {
            guide["values"] = new JsonArray([.. _values.Select(value => JsonValue.Create(value))]);
            guide["labelOverlap"] = _values[0] > 0 ? "parity" : "greedy";
        }
        else if (_values.All(double.IsInteger))
        {
            guide["tickMinStep"] = 1;
        }
        if (vertical) guide["tickCount"] = 6;
        return guide;
    }

    /// <summary>A Vega expression that writes the number which <paramref name="expression"/> yields.</summary>
    public string Text(string expression, bool forTooltip)
    {
        if (axis.Format is not { } format) return $"format({expression}, ',.6~g')";
        if (!format.EndsWith('%')) return $"format({expression}, {JsonSerializer.Serialize(format)})";
        string digits = forTooltip ? ".2" : format[..^1].TrimEnd('~');
        return $"format(({expression}) * 100, {JsonSerializer.Serialize($"{digits}~f")}) + '\u00a0%'";
    }

    private JsonArray Domain()
    {
        (double low, double high) = (_values[0], _values[^1]);
        if (vertical && !axis.Logarithmic)
        {
            // Zero belongs to the picture where the values come near it, and would flatten them where they do not.
            if (low > 0 && low < high / 2) low = 0;
            if (low == high) (low, high) = (low - (Math.Abs(low) * 0.05) - 1e-3, high + (Math.Abs(high) * 0.05) + 1e-3);
        }
        return [low, high];
    }
}
