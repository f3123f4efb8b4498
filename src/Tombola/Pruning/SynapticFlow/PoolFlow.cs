using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>Where the windows of a pooling lie.</summary>
internal readonly record struct FlowWindow(Shape Input, Shape Output, int Rows, int Columns, int Stride, int Padding)
{
    /// <summary>Places of the map that an output reads, ascending; what lies outside is left out.</summary>
    public IEnumerable<int> Of(int output)
    {
        var (pixel, map) = (output % (Output.Rows * Output.Columns), output / (Output.Rows * Output.Columns) * Input.Rows * Input.Columns);
        var (top, left) = ((pixel / Output.Columns * Stride) - Padding, (pixel % Output.Columns * Stride) - Padding);
        for (var row = Math.Max(top, 0); row < Math.Min(top + Rows, Input.Rows); row++)
        {
            for (var column = Math.Max(left, 0); column < Math.Min(left + Columns, Input.Columns); column++) yield return map + (row * Input.Columns) + column;
        }
    }
}

/// <summary>y = the largest value in each window; its gradient goes to the first place that holds it, as in training.</summary>
internal sealed class MaxPoolFlow(FlowWindow window) : FlowLayer
{
    public override void Forward(double[][] x, double[] y)
    {
        for (var i = 0; i < y.Length; i++) y[i] = x[0][Largest(x[0], i)];
    }

    public override void Backward(double[][] x, double[] dy, double[][] dx)
    {
        for (var i = 0; i < dy.Length; i++) dx[0][Largest(x[0], i)] += dy[i];
    }

    private int Largest(double[] x, int output) => window.Of(output).MaxBy(place => x[place]);
}

/// <summary>y = the mean of each window; outside the map lie zeros, which count.</summary>
internal sealed class AveragePoolFlow(FlowWindow window) : FlowLayer
{
    private readonly double _share = 1.0 / (window.Rows * window.Columns);

    public override void Forward(double[][] x, double[] y)
    {
        for (var i = 0; i < y.Length; i++) y[i] = _share * window.Of(i).Sum(place => x[0][place]);
    }

    public override void Backward(double[][] x, double[] dy, double[][] dx)
    {
        for (var i = 0; i < dy.Length; i++)
        {
            foreach (var place in window.Of(i)) dx[0][place] += _share * dy[i];
        }
    }
}
