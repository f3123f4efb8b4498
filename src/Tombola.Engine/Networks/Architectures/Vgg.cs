namespace Tombola.Engine.Networks;

/// <summary>VGG for CIFAR-10 (Simonyan and Zisserman 2015, table 1) with batch norm and one linear layer, as OpenLTH builds it.</summary>
internal static class Vgg
{
    private const string Prefix = "cifar_vgg_";
    private const int DefaultWidth = 64;

    /// <summary>Convolutions in each of the five stages of W, 2W, 4W, 8W and 8W filters, by the number of layers.</summary>
    private static readonly SortedDictionary<int, int[]> Stages = new()
    {
        [11] = [1, 1, 2, 2, 2],
        [13] = [2, 2, 2, 2, 2],
        [16] = [2, 2, 3, 3, 3],
        [19] = [2, 2, 4, 4, 4],
    };

    public static Architecture Architecture { get; } = new(
        Prefix + string.Join('|', Stages.Keys) + "[_W]",
        Prefix + "16",
        "VGG for small images: 3x3 convolutions of W (64), 2W, 4W, 8W and 8W filters with batch norm, five poolings, one linear layer.",
        new Shape(3, 32, 32),
        Create)
    { Recognise = Recognise };

    private static string? Recognise(IReadOnlyDictionary<string, IReadOnlyList<int>> shapes)
    {
        // Poolings have numbers too, and no tensors.
        var convolutions = shapes.Count(tensor => tensor.Key.StartsWith("layers.", StringComparison.Ordinal) && tensor.Key.EndsWith(".conv.weight", StringComparison.Ordinal));
        var depth = Stages.FirstOrDefault(stages => stages.Value.Sum() == convolutions).Key;
        return depth > 0 && shapes.Outputs("layers.0.conv.weight", 4) is { } width && SizedName.IsWidth(width) ? SizedName.Write(Prefix, depth, width, DefaultWidth) : null;
    }

    private static Network? Create(NetworkRequest request)
    {
        var name = request.Name;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var (depth, width) = SizedName.Read(name, Prefix, "16_32", DefaultWidth, Stages.ContainsKey, $"one of the depths {string.Join(", ", Stages.Keys)} of a VGG");
        var stages = Stages[depth];
        request.DemandHalves(stages.Length);
        var builder = request.Begin();
        var x = builder.Input;

        // OpenLTH numbers poolings and convolutions alike.
        var index = 0;
        for (var stage = 0; stage < stages.Length; stage++, index++)
        {
            if (stage > 0) x = builder.MaxPool(x, 2, 2);
            for (var i = 0; i < stages[stage]; i++, index++)
            {
                x = builder.Convolution($"layers.{index}.conv", x, width << Math.Min(stage, 3), 3, padding: 1);
                x = builder.Relu(builder.BatchNorm($"layers.{index}.bn", x));
            }
        }

        builder.Linear("fc", builder.Flatten(builder.AveragePool(x, 2, 2)), request.Classes);
        return builder.Build();
    }
}
