namespace Tombola.Engine.Networks;

/// <summary>The residual networks for CIFAR-10 (He et al. 2016, section 4.2) with projections where the width changes, as OpenLTH builds them.</summary>
internal static class ResNet
{
    private const string Prefix = "cifar_resnet_";
    private const int DefaultWidth = 16;

    public static Architecture Architecture { get; } = new(
        Prefix + "D[_W]", Prefix + "20", "Residual network for small images: D = 6n + 2 layers, W (16), 2W and 4W filters.", new Shape(3, 32, 32), Create)
    { Recognise = Recognise };

    private static string? Recognise(IReadOnlyDictionary<string, IReadOnlyList<int>> shapes)
    {
        var depth = (2 * shapes.Outputs("blocks", "conv1.weight", 4).Count) + 2;
        return IsDepth(depth) && shapes.Outputs("conv.weight", 4) is { } width && SizedName.IsWidth(width) ? SizedName.Write(Prefix, depth, width, DefaultWidth) : null;
    }

    private static bool IsDepth(int depth) => depth is >= 8 and <= 1202 && (depth - 2) % 6 == 0;

    private static Network? Create(NetworkRequest request)
    {
        var name = request.Name;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var (depth, width) = SizedName.Read(
            name, Prefix, "20_32", DefaultWidth, IsDepth, "a depth of the form 6n + 2 from 8 to 1202, such as 20 or 56");
        var builder = request.Begin();
        var x = builder.Relu(builder.BatchNorm("bn", builder.Convolution("conv", builder.Input, width, 3, padding: 1, bias: false)));
        var perStage = (depth - 2) / 6;
        for (var block = 0; block < 3 * perStage; block++)
        {
            var stage = block / perStage;
            x = AddBlock(builder, x, $"blocks.{block}", width << stage, downsample: stage > 0 && block % perStage == 0);
        }

        builder.Linear("fc", builder.GlobalAveragePool(x), request.Classes);
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
}
