using System.Globalization;

namespace Tombola.Engine.Networks;

/// <summary>The residual networks for CIFAR-10 (He et al. 2016, section 4.2) with projections where the width changes, as OpenLTH builds them.</summary>
internal static class ResNet
{
    private const string Prefix = "cifar_resnet_";
    private const int DefaultWidth = 16;

    public static Architecture Architecture { get; } = new(
        Prefix + "D[_W]", Prefix + "20", "Residual network for 32x32 colour images: D = 6n + 2 layers, W (16), 2W and 4W filters.", Create);

    private static Network? Create(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var words = name[Prefix.Length..].Split('_');
        if (words.Length > 2) throw new ArgumentException($"The model name '{name}' has too many parts. It is {Prefix}DEPTH or {Prefix}DEPTH_WIDTH, for example {Prefix}20_32.");
        var depth = Number(words[0]);
        if (depth is < 8 or > 1202 || (depth - 2) % 6 != 0)
        {
            throw new ArgumentException($"In the model name '{name}', '{words[0]}' is not a depth of the form 6n + 2 from 8 to 1202, such as 20 or 56.");
        }

        var width = words.Length == 1 ? DefaultWidth : Number(words[1]);
        if (width is < 1 or > 1024) throw new ArgumentException($"In the model name '{name}', '{words[1]}' is not a width from 1 to 1024, such as 16.");

        var builder = new NetworkBuilder(name, new Shape(3, 32, 32));
        var x = builder.Relu(builder.BatchNorm("bn", builder.Convolution("conv", builder.Input, width, 3, padding: 1, bias: false)));
        var perStage = (depth - 2) / 6;
        for (var block = 0; block < 3 * perStage; block++)
        {
            var stage = block / perStage;
            x = AddBlock(builder, x, $"blocks.{block}", width << stage, downsample: stage > 0 && block % perStage == 0);
        }

        builder.Linear("fc", builder.GlobalAveragePool(x), 10);
        return builder.Build();
    }

    private static int AddBlock(NetworkBuilder builder, int x, string name, int filters, bool downsample)
    {
        var y = builder.Convolution($"{name}.conv1", x, filters, 3, stride: downsample ? 2 : 1, padding: 1, bias: false);
        y = builder.Relu(builder.BatchNorm($"{name}.bn1", y));
        y = builder.BatchNorm($"{name}.bn2", builder.Convolution($"{name}.conv2", y, filters, 3, padding: 1, bias: false));
        var shortcut = downsample
            ? builder.BatchNorm($"{name}.shortcut.1", builder.Convolution($"{name}.shortcut.0", x, filters, 1, stride: 2, bias: false))
            : x;
        return builder.Relu(builder.Add(y, shortcut));
    }

    /// <summary>The number that the word writes, or -1.</summary>
    private static int Number(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && word[0] != '0' ? number : -1;
}
