using System.Reflection;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Benchmarks;

/// <summary>Masks to measure speed with, from iterative magnitude pruning of networks that were trained for a while, stored for a few models and densities.</summary>
/// <remarks>
/// Kernels are as fast as a mask lets them be, and random masks are not like those of pruning, whose layers differ in density a hundredfold.
/// <c>bench/Tombola.Bench -- masks</c> makes the files.
/// </remarks>
public static class BenchmarkMasks
{
    private const string Prefix = "masks/";

    private static readonly Assembly Home = typeof(BenchmarkMasks).Assembly;

    /// <summary>The models that have masks.</summary>
    public static IReadOnlyList<string> Models { get; } =
        [.. Home.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The mask of a density. Between two stored ones it is the sparser and a random part of what the denser has besides; below the sparsest a random part
    /// of that one. Masks of a model are nested.
    /// </summary>
    /// <exception cref="ArgumentException">The model has no masks, or the density is none.</exception>
    public static Mask Of(Network network, double density)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!(density is > 0 and <= 1)) throw new SettingException(FormattableString.Invariant($"The density is {density}; it must be above 0 and at most 1."));
        if (Count(network.Space, density) == 0) throw new SettingException(FormattableString.Invariant($"A density of {density} leaves none of the {network.Space.PrunableCount} weights of {network.Name}."));
        return density == 1 ? Mask.Full(network.Space) : Of(Load(network), network.Space, density);
    }

    /// <summary>The stored masks of a model.</summary>
    internal static MaskLadder Load(Network network)
    {
        using var resource = Home.GetManifestResourceStream(Prefix + network.Name)
            ?? throw new SettingException($"There are no benchmark masks of {network.Name}. Models with masks: {string.Join(", ", Models)}.");
        var file = new byte[resource.Length];
        resource.ReadExactly(file);
        return MaskLadder.Read(file, network);
    }

    private static int Count(WeightSpace space, double density) => (int)Math.Round(density * space.PrunableCount);

    private static Mask Of(MaskLadder ladder, WeightSpace space, double density)
    {
        // Whatever remains under the first mask below this density is in; what remains under one less may be.
        var enough = ladder.Densities.TakeWhile(stored => stored > density).Count() + 1;
        var remaining = new bool[ladder.Remaining.Length];
        var others = new List<int>();
        var missing = Count(space, density);
        for (var i = 0; i < remaining.Length; i++)
        {
            remaining[i] = ladder.Remaining[i] >= enough;
            if (remaining[i]) missing--;
            else if (ladder.Remaining[i] == enough - 1) others.Add(i);
        }

        var drawn = others.ToArray();
        new RandomStream(1, RandomStream.Probe).Shuffle<int>(drawn, (uint)enough);
        foreach (var i in drawn.AsSpan(0, Math.Clamp(missing, 0, drawn.Length))) remaining[i] = true;
        var places = new bool[space.Count];
        Array.Fill(places, true);
        var next = 0;
        foreach (var parameter in space.Prunable)
        {
            remaining.AsSpan(next, parameter.Count).CopyTo(places.AsSpan(parameter.Offset));
            next += parameter.Count;
        }

        return new Mask(space, index => places[index]);
    }
}
