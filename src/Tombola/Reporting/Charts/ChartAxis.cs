using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tombola.Reporting.Charts;

/// <summary>Scale, ticks and number format of one axis, for the values that it has to show.</summary>
internal sealed class ChartAxis(Axis axis, IReadOnlyList<double> values, bool vertical)
{
    private const int MostTicks = 60;
    private const int TickCount = 6;

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
        bool nice = vertical && !axis.Logarithmic;
        scale["nice"] = nice;
        if (!nice) scale["padding"] = 12;
        return scale;
    }

    public JsonObject Guide()
    {
        JsonObject guide = new() { ["title"] = axis.Title, ["labelExpr"] = TickText() };
        if (axis.Logarithmic && _values.Length > 0)
        {
            IEnumerable<double> ticks = vertical || axis.RoundTicks || _values.Length > MostTicks ? RoundTicks() : _values;
            guide["values"] = new JsonArray([.. ticks.Select(value => JsonValue.Create(value))]);
            guide["labelOverlap"] = vertical || _values[0] <= 0 ? "greedy" : "parity";
            if (!vertical) guide["labelSeparation"] = 6;
        }
        else if (_values.All(double.IsInteger))
        {
            guide["tickMinStep"] = 1;
        }
        if (vertical && !axis.Logarithmic) guide["tickCount"] = TickCount;
        return guide;
    }

    /// <summary>A Vega expression that writes the number which <paramref name="expression"/> yields.</summary>
    public string Text(string expression) => axis.Format switch
    {
        null => $"format({expression}, ',.6~g')",
        ['.', >= '3', '%'] or ['.', >= '3', '~', '%'] => Percent(expression, axis.Format[..^1].TrimEnd('~') + "~f"),
        [.., '%'] => Percent(expression, ".2~f"),
        _ => $"format({expression}, {JsonSerializer.Serialize(axis.Format)})",
    };

    private string TickText() => axis.Format switch
    {
        // Evenly spaced ticks are written with equally many decimals, as many as their distance needs.
        [.., '%'] when vertical && !axis.Logarithmic => Percent("datum.value", $".{Decimals()}f"),
        [.., '%'] => Percent("datum.value", axis.Format[..^1].TrimEnd('~') + "~f"),
        _ => Text("datum.value"),
    };

    private static string Percent(string expression, string format) =>
        $"format(({expression}) * 100, {JsonSerializer.Serialize(format)}) + '\u00a0%'";

    /// <summary>Decimals of a percentage at the distance of 1, 2 or 5 times a power of ten that the chart will choose between ticks.</summary>
    private int Decimals()
    {
        if (_values.Length == 0) return 0;
        (double low, double high) = Bounds();
        double distance = (high - low) * 100 / TickCount;
        double power = Math.Floor(Math.Log10(distance));
        bool roundsUp = distance / Math.Pow(10, power) >= Math.Sqrt(50);
        return (int)Math.Clamp(-power - (roundsUp ? 1 : 0), 0, 6);
    }

    /// <summary>1, 2 and 5 in every power of ten that the values reach, powers alone where they are many; zero where the axis goes through it.</summary>
    private IEnumerable<double> RoundTicks()
    {
        double smallest = _values.FirstOrDefault(value => value > 0, 1);
        int first = (int)Math.Floor(Math.Log10(smallest));
        int last = (int)Math.Ceiling(Math.Log10(Math.Max(_values[^1], smallest)));
        int[] steps = last - first <= 3 ? [1, 2, 5] : [1];
        // Parsed, so that 0.1 is the number which is written 0.1.
        IEnumerable<double> ticks = Enumerable.Range(first, last - first + 1)
            .SelectMany(power => steps.Select(step => double.Parse($"{step}e{power}", CultureInfo.InvariantCulture)));
        IEnumerable<double> inside = ticks.Where(tick => tick >= smallest * 0.9999 && tick <= _values[^1] * 1.0001);
        return _values[0] > 0 ? inside : inside.Prepend(0);
    }

    // A reversed axis turns the domain and not the range: of labels that collide, the first of the domain, 100 %, is then the one to stay.
    private JsonArray Domain()
    {
        (double low, double high) = Bounds();
        return axis.Reversed ? [high, low] : [low, high];
    }

    private (double Low, double High) Bounds()
    {
        (double low, double high) = (_values[0], _values[^1]);
        if (vertical && !axis.Logarithmic)
        {
            // Zero belongs to the picture where the values come near it, and would flatten them where they do not.
            if (low > 0 && low < high / 2) low = 0;
            if (low == high) (low, high) = (low - (Math.Abs(low) * 0.05) - 1e-3, high + (Math.Abs(high) * 0.05) + 1e-3);
        }
        return (low, high);
    }
}
