namespace Tombola.Engine.Networks;

/// <summary>VGG for CIFAR-10 (Simonyan and Zisserman 2015, table 1) with batch norm and one linear layer, as OpenLTH builds it.</summary>
internal static class Vgg
{
    private const string Prefix = "cifar_vgg_";

    /// <summary>Convolutions in each of the five stages of 64, 128, 256, 512 and 512 filters, by the number of layers.</summary>
    private static readonly SortedDictionary<int, int[]> Stages = new()
    {
        [11] = [1, 1, 2, 2, 2],
        [13] = [2, 2, 2, 2, 2],
        [16] = [2, 2, 3, 3, 3],
        [19] = [2, 2, 4, 4, 4],
    };

    public static Architecture Architecture { get; } = new(
        Prefix + string.Join('|', Stages.Keys), Prefix + "16", "VGG for 32x32 colour images: 3x3 convolutions with batch norm, five poolings, one linear layer.", Create);

    private static Network? Create(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        if (Stages.FirstOrDefault(pair => name == $"{Prefix}{pair.Key}").Value is not { } stages)
        {
            throw new ArgumentException($"There is no model '{name}': the depth of a VGG is one of {string.Join(", ", Stages.Keys)}, as in {Prefix}16.");
        }

        var builder = new NetworkBuilder(name, new Shape(3, 32, 32));
        var x = builder.Input;

        // OpenLTH numbers poolings and convolutions alike.
        var index = 0;
        for (var stage = 0; stage < stages.Length; stage++, index++)
        {
            if (stage > 0) x = builder.MaxPool(x, 2, 2);
            for (var i = 0; i < stages[stage]; i++, index++)
            {
                x = builder.Convolution($"layers.{index}.conv", x, Math.Min(64 << stage, 512), 3, padding: 1);
                x = builder.Relu(builder.BatchNorm($"layers.{index}.bn", x));
            }
        }

        builder.Linear("fc", builder.Flatten(builder.AveragePool(x, 2, 2)), 10);
        return builder.Build();
    }
}
