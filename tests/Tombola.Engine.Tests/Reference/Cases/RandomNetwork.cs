using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>A graph of layers put together by chance, in which everything is read: what nobody thought of when the compiler of plans was written.</summary>
internal static class RandomNetwork
{
    public static Network Create(uint seed) => Create(seed, Kind.Plain);

    /// <summary>
    /// With dropout, and values that are flattened twice, besides. The <paramref name="wide"/> ones have 16 to 40 filters and begin with maps of sides 8 to 12, on
    /// which convolutions are computed by Winograd's algorithm.
    /// </summary>
    public static Network CreateRich(uint seed, bool wide) => Create(seed, wide ? Kind.Wide : Kind.Rich);

    /// <summary>Does something with a network; should it fail, the failure tells how to get there again.</summary>
    public static void Try(uint seed, Network network, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error)
        {
            var nodes = network.Nodes.Select(
                (node, i) => $"{i}: {node.Layer.GetType().Name} {node.Layer.Name} {node.Layer.Output} reads {string.Join(", ", node.Inputs)}");
            throw new InvalidOperationException($"Seed {seed}: {error.Message}\n{string.Join('\n', nodes)}", error);
        }
    }

    private static Network Create(uint seed, Kind kind)
    {
        var draws = 0u;
        var (rich, wide) = (kind != Kind.Plain, kind == Kind.Wide);
        var mostElements = wide ? 4000 : 400;
        var builder = new NetworkBuilder(
            $"random {seed}", wide ? new Shape(1 + Below(3), 8 + Below(5), 8 + Below(5)) : new Shape(1 + Below(3), 3 + Below(4), 3 + Below(5)));
        var nodes = new List<int> { builder.Input };
        var read = new HashSet<int>();
        for (var count = 4 + Below(7); nodes.Count <= count;)
        {
            // Late nodes are chosen more often, so that there are chains.
            var from = nodes[Math.Max(Below(nodes.Count), Below(nodes.Count))];
            if (TryAdd(from) is not { } node) continue;
            nodes.Add(node);
        }

        var ends = nodes.Where(node => !read.Contains(node)).Select(node => Below(2) == 0 ? builder.Flatten(node) : builder.GlobalAveragePool(node)).ToArray();
        builder.Linear("fc", ends.Length == 1 ? ends[0] : builder.Concat(ends), 3);
        return builder.Build();

        int? TryAdd(int from)
        {
            var (shape, name) = (builder.ShapeOf(from), $"layer{nodes.Count}");
            var side = Math.Min(shape.Rows, shape.Columns);
            var others = nodes.Where(other => builder.ShapeOf(other) == shape).ToArray();
            var aside = nodes.Where(other => (builder.ShapeOf(other).Rows, builder.ShapeOf(other).Columns) == (shape.Rows, shape.Columns)).ToArray();
            switch (Below(rich ? 13 : 10))
            {
                case 0 or 1 or 2 when side >= 2:
                    return Read(builder.Convolution(name, from, wide ? 16 + Below(25) : 1 + Below(5), 3, stride: 1 + (Below(3) / 2), padding: 1, bias: Below(2) == 0), from);
                case 3 when !wide || shape.Channels <= 80:
                    return Read(builder.Convolution(name, from, shape.Channels, 1, bias: Below(2) == 0), from);
                case 4 when from != builder.Input:
                    return Read(builder.BatchNorm(name, from, affine: Below(4) > 0), from);
                case 5:
                    return Read(builder.Relu(from), from);
                case 6 when others.Length > 1:
                    var other = others[Below(others.Length)];
                    return Read(builder.Add(from, other), from, other);
                case 7 when aside.Length > 1 && shape.Count < mostElements / 2:
                    var second = aside[Below(aside.Length)];
                    return Read(builder.Concat(from, second), from, second);
                case 8 when side >= 3:
                    return Read(Below(2) == 0 ? builder.MaxPool(from, 2, 1 + Below(2)) : builder.AveragePool(from, 3, 2, 1), from);
                case 9 when shape.Rows * shape.Columns > 1 && from != builder.Input && Below(3) == 0:
                    return Read(builder.Flatten(from), from);
                case 10:
                    return Read(builder.Dropout(from, 0.3), from);
                case 11 or 12 when shape.Rows * shape.Columns > 1 && from != builder.Input && shape.Count <= mostElements / 2:
                    return Read(FlattenTwice(name, from), from);
                default:
                    return null;
            }
        }

        // Two vectors that are one: a normalised one and itself, one part of which is rectified, and two that are read by whoever comes across them.
        int FlattenTwice(string name, int from)
        {
            var (first, second) = (builder.Flatten(from), builder.Flatten(from));
            switch (Below(3))
            {
                case 0:
                    return builder.Add(builder.BatchNorm(name, first), second);
                case 1:
                    return builder.Concat(first, builder.Relu(second));
                default:
                    nodes.Add(first);
                    return second;
            }
        }

        int Read(int node, params int[] inputs)
        {
            read.UnionWith(inputs);
            return node;
        }

        int Below(int bound) => (int)(Formula.Unit(draws++, seed) * bound);
    }

    private enum Kind
    {
        Plain,
        Rich,
        Wide,
    }
}
