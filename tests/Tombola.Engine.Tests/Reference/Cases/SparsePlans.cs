using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Execution.Cpu.Planning;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>Masks of every kind, and plans that compute sparsely what a test says and not what pays.</summary>
internal static class SparsePlans
{
    /// <summary>What remains of a network, and how it is chosen.</summary>
    private static readonly Dictionary<string, Func<Network, uint, Mask>> Kinds = new()
    {
        ["1 %"] = (network, salt) => Workbench.Mask(network, 0.01, salt),
        ["10 %"] = (network, salt) => Workbench.Mask(network, 0.1, salt),
        ["50 %"] = (network, salt) => Workbench.Mask(network, 0.5, salt),
        ["99 %"] = (network, salt) => Workbench.Mask(network, 0.99, salt),
        ["a density for every layer"] = (network, salt) => Of(network, (parameter, i) => Unit(parameter.Offset + i, salt) < Math.Pow(Unit(parameter.Offset, salt + 1), 2)),
        ["outputs and inputs without weights"] = (network, salt) => Of(network, (parameter, i) =>
            Unit(parameter.Offset + i, salt) < 0.6 && Unit(parameter.Offset + (i / parameter.FanIn), salt + 1) < 0.6 && Unit(parameter.Offset + InputOf(parameter, i), salt + 2) < 0.6),
        ["layers without weights"] = (network, salt) => Of(network, (parameter, i) => Unit(parameter.Offset, salt + 1) < 0.5 && Unit(parameter.Offset + i, salt) < 0.5),
        ["whole layers"] = (network, salt) => Of(network, (parameter, i) => Unit(parameter.Offset, salt + 1) < 0.5 || Unit(parameter.Offset + i, salt) < 0.2),
        ["one weight"] = (network, salt) =>
        {
            var parameter = network.Space.Prunable[(int)(Unit(0, salt) * network.Space.Prunable.Count)];
            var one = parameter.Offset + (int)(Unit(1, salt) * parameter.Count);
            return Of(network, (parameter, i) => parameter.Offset + i == one);
        },
        ["nothing"] = (network, _) => Of(network, (_, _) => false),
        ["everything"] = (network, _) => Of(network, (_, _) => true),
    };

    /// <summary>Phases that a layer computes sparsely, all others densely.</summary>
    private static readonly Dictionary<string, Func<Layer, SparsePhases>> Choices = new()
    {
        ["all"] = _ => new SparsePhases(true, true, true),
        ["forward"] = _ => new SparsePhases(true, false, false),
        ["data gradient"] = _ => new SparsePhases(false, true, false),
        ["forward and data gradient"] = _ => new SparsePhases(true, true, false),
        ["weight gradient"] = _ => new SparsePhases(false, false, true),
        ["forward and weight gradient"] = _ => new SparsePhases(true, false, true),
        ["data and weight gradient"] = _ => new SparsePhases(false, true, true),
        ["any"] = layer => layer.Name.Sum(letter => letter) % 8 is var n && n < 4 ? new SparsePhases(true, true, true) : new SparsePhases(n % 2 == 0, n > 5, n < 7),
    };

    public static IReadOnlyList<string> MaskKinds { get; } = [.. Kinds.Keys];

    public static IReadOnlyList<string> Phases { get; } = [.. Choices.Keys];

    public static Mask Mask(Network network, string kind, uint salt = 11) => Kinds[kind](network, salt);

    /// <summary>A mask that keeps the prunable weights that a function of parameter and index names.</summary>
    public static Mask Of(Network network, Func<Parameter, int, bool> remaining)
    {
        var all = new bool[network.Space.Count];
        foreach (var parameter in network.Space.Parameters)
        {
            for (var i = 0; i < parameter.Count; i++) all[parameter.Offset + i] = !parameter.Prunable || remaining(parameter, i);
        }

        return new Mask(network.Space, i => all[i]);
    }

    /// <summary>A plan that computes the named phases sparsely wherever a weight is pruned.</summary>
    public static Plan Compile(Network network, Mask mask, int batch, bool training, string phases = "all", ThreadTeam? team = null) =>
        new(network, mask, batch, training, team, SparseChoice.For(network, training, (layer, _) => Choices[phases](layer)));

    /// <summary>The input, or input channel, that a weight belongs to.</summary>
    private static int InputOf(Parameter parameter, int i) => i % parameter.FanIn / parameter.Shape.Skip(2).Aggregate(1, (product, n) => product * n);

    private static double Unit(int index, uint salt) => Formula.Unit((uint)index, salt);
}
