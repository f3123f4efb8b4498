namespace Tombola.Pruning;

/// <summary>y = max(x, 0): the identity unless the mean of a batch norm makes something negative.</summary>
internal sealed class ReluFlow : FlowLayer
{
    public override void Forward(double[][] x, double[] y)
    {
        for (var i = 0; i < y.Length; i++) y[i] = Math.Max(x[0][i], 0);
    }

    public override void Backward(double[][] x, double[] dy, double[][] dx)
    {
        for (var i = 0; i < dy.Length; i++) dx[0][i] += x[0][i] > 0 ? dy[i] : 0;
    }
}

/// <summary>y = the sum of the inputs, of which there may be one.</summary>
internal sealed class SumFlow : FlowLayer
{
    public override void Forward(double[][] x, double[] y)
    {
        y.AsSpan().Clear();
        foreach (var part in x)
        {
            for (var i = 0; i < y.Length; i++) y[i] += part[i];
        }
    }

    public override void Backward(double[][] x, double[] dy, double[][] dx)
    {
        foreach (var part in dx)
        {
            for (var i = 0; i < dy.Length; i++) part[i] += dy[i];
        }
    }
}

/// <summary>y = the inputs, one after the other.</summary>
internal sealed class ConcatFlow : FlowLayer
{
    public override void Forward(double[][] x, double[] y)
    {
        var first = 0;
        foreach (var part in x)
        {
            part.CopyTo(y, first);
            first += part.Length;
        }
    }

    public override void Backward(double[][] x, double[] dy, double[][] dx)
    {
        var first = 0;
        foreach (var part in dx)
        {
            for (var i = 0; i < part.Length; i++) part[i] += dy[first + i];
            first += part.Length;
        }
    }
}
