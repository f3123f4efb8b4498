using System.Runtime.InteropServices;
using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Training;

namespace Tombola.Tests.Training;

/// <summary>A network and a data set small enough to train hundreds of times.</summary>
internal static class Toy
{
    public static Network Network { get; } = Architectures.Create("mnist_lenet_20");

    public static WeightSpace Space => Network.Space;

    public static Dataset Data { get; } = Of(Examples(200, 1), Examples(60, 2));

    /// <summary>Keeps about half of the prunable weights.</summary>
    public static Mask Mask { get; } = Draw(Space, 50, 5);

    public static Dataset Of(ExampleSource train, ExampleSource test) => new("toy", train, test, "0123456789abcdef", "Noisy stripes.", false);

    /// <summary>Noise with a bright stripe whose place tells the class.</summary>
    public static ExampleSource Examples(int count, ulong seed, Func<int, int>? label = null)
    {
        var stream = new RandomStream(seed, RandomStream.Data);
        var pixels = new byte[count * 784];
        for (var p = 0; p < pixels.Length; p++) pixels[p] = (byte)stream.Below(128, 0, (ulong)p, 0);
        for (var n = 0; n < count; n++) pixels.AsSpan((n * 784) + (n % 10 * 56), 56).Fill(255);
        return ExampleSource.FromBytes(new Shape(1, 28, 28), pixels, [.. Enumerable.Range(0, count).Select(label ?? (n => n % 10))], 10);
    }

    public static NetworkState Start(ulong seed = 1) => Initializers.Initialize(Network, "xavier_normal", new RandomStream(seed, RandomStream.Init));

    /// <summary>A random mask over a space that keeps about so many percent.</summary>
    public static Mask Draw(WeightSpace space, int percent, ulong seed)
    {
        var stream = new RandomStream(seed, RandomStream.Prune);
        var kept = new bool[space.Count];
        for (var i = 0; i < kept.Length; i++) kept[i] = stream.Below(100, 0, (ulong)i, 0) < percent;
        foreach (var parameter in space.Parameters.Where(parameter => !parameter.Prunable)) kept.AsSpan(parameter.Offset, parameter.Count).Fill(true);
        return new Mask(space, i => kept[i]);
    }

    /// <summary>Whether two states have the same weights and running statistics, bit for bit.</summary>
    public static bool SameBits(NetworkState x, NetworkState y) => SameBits(x.Weights, y.Weights) && SameBits(x.Statistics, y.Statistics);

    private static bool SameBits(float[] x, float[] y) => MemoryMarshal.AsBytes(x.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(y.AsSpan()));
}

/// <summary>Remembers what a run says; may pull the plug when it hears of a step.</summary>
internal sealed class Diary : ITrainingObserver
{
    public Dictionary<long, NetworkState> Kept { get; } = [];

    public List<Metrics> Metrics { get; } = [];

    public List<Checkpoint> Checkpoints { get; } = [];

    public Action<long> OnMeasure { get; init; } = _ => { };

    public Action<long> OnKeep { get; init; } = _ => { };

    public void Keep(long step, NetworkState state)
    {
        Kept.Add(step, state);
        OnKeep(step);
    }

    public void Measure(Metrics metrics)
    {
        Metrics.Add(metrics);
        OnMeasure(metrics.Step);
    }

    public void Save(Checkpoint checkpoint) => Checkpoints.Add(checkpoint);

    public void Advance(long step)
    {
    }
}
