using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>A graph of layers put together by chance, in which everything is read: what nobody thought of when the compiler of plans was written.</summary>
internal static class RandomNetwork
{
    private const int MostElements = 400;

    public static Network Create(uint seed)
    {
        var draws = 0u;
        var builder = new NetworkBuilder($"random {seed}", new Shape(1 + Below(3), 3 + Below(4), 3 + Below(5)));
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
            switch (Below(10))
            {
                case 0 or 1 or 2 when side >= 2:
                    return Read(builder.Convolution(name, from, 1 + Below(5), 3, stride: 1 + (Below(3) / 2), padding: 1, bias: Below(2) == 0), from);
                case 3:
                    return Read(builder.Convolution(name, from, shape.Channels, 1, bias: Below(2) == 0), from);
                case 4 when from != builder.Input:
                    return Read(builder.BatchNorm(name, from, affine: Below(4) > 0), from);
                case 5:
                    return Read(builder.Relu(from), from);
                case 6 when others.Length > 1:
                    var other = others[Below(others.Length)];
                    return Read(builder.Add(from, other), from, other);
                case 7 when aside.Length > 1 && shape.Count < MostElements / 2:
                    var second = aside[Below(aside.Length)];
                    return Read(builder.Concat(from, second), from, second);
                case 8 when side >= 3:
                    return Read(Below(2) == 0 ? builder.MaxPool(from, 2, 1 + Below(2)) : builder.AveragePool(from, 3, 2, 1), from);
                case 9 when shape.Rows * shape.Columns > 1 && from != builder.Input && Below(3) == 0:
                    return Read(builder.Flatten(from), from);
                default:
                    return null;
            }
        }

        int Read(int node, params int[] inputs)
        {
            read.UnionWith(inputs);
            return node;
        }

        int Below(int bound) => (int)(Formula.Unit(draws++, seed) * bound);
    }
}
