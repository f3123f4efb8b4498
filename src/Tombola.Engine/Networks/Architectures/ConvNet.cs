using System.Globalization;

namespace Tombola.Engine.Networks;

/// <summary>Conv-2, Conv-4 and Conv-6 (Frankle and Carbin 2019, figure 2): pairs of 3x3 convolutions with a pooling after each, then three linear layers.</summary>
internal static class ConvNet
{
    private const string Prefix = "cifar_conv_";
    private const int DefaultWidth = 64;

    public static Architecture Architecture { get; } = new(
        Prefix + "2|4|6[_W]",
        Prefix + "4",
        "Pairs of 3x3 convolutions of W (64), 2W, 4W filters without batch norm, linear layers of 4W, 4W and one unit a class.",
        new Shape(3, 32, 32),
        Create)
    { Recognise = Recognise };

    private static string? Recognise(IReadOnlyDictionary<string, IReadOnlyList<int>> shapes) =>
        shapes.Outputs("conv_layers", "weight", 4) is { Count: 2 or 4 or 6 } filters && SizedName.IsWidth(filters[0]) ? SizedName.Write(Prefix, filters.Count, filters[0], DefaultWidth) : null;

    private static Network? Create(NetworkRequest request)
    {
        var name = request.Name;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var (convolutions, width) = SizedName.Read(name, Prefix, "4_32", DefaultWidth, number => number is 2 or 4 or 6, "one of the numbers of convolutions 2, 4, 6");
        request.DemandHalves(convolutions / 2);
        var builder = request.Begin();
        var x = builder.Input;
        for (var i = 0; i < convolutions; i++)
        {
            x = builder.Relu(builder.Convolution(string.Create(CultureInfo.InvariantCulture, $"conv_layers.{i}"), x, width << (i / 2), 3, padding: 1));
            if (i % 2 == 1) x = builder.MaxPool(x, 2, 2);
        }

        x = builder.Flatten(x);
        for (var i = 0; i < 2; i++) x = builder.Relu(builder.Linear($"fc_layers.{i}", x, 4 * width));
        builder.Linear("fc", x, request.Classes);
        return builder.Build();
    }
}
