namespace Tombola.Studies;

/// <summary>Mean and sample standard deviation over replicates; the deviation of a single one is unknown.</summary>
internal readonly record struct Spread(double Mean, double? Deviation)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var mean = all.Average();
        return new Spread(mean, all.Length < 2 ? null : Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1)));
    }
}
