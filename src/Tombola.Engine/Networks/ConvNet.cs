using System.Globalization;

namespace Tombola.Engine.Networks;

/// <summary>Conv-2, Conv-4 and Conv-6 (Frankle and Carbin 2019, figure 2): pairs of 3x3 convolutions with a pooling after each, then three linear layers.</summary>
internal static class ConvNet
{
    private const string Prefix = "cifar_conv_";

    public static Architecture Architecture { get; } = new(
        Prefix + "2|4|6", Prefix + "4", "Pairs of 3x3 convolutions of 64, 128, 256 filters without batch norm, linear layers of 256, 256 and 10.", Create);

    private static Network? Create(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var pairs = name[Prefix.Length..] switch
        {
            "2" => 1,
            "4" => 2,
            "6" => 3,
            _ => throw new ArgumentException($"There is no model '{name}': the number of convolutions is one of 2, 4, 6, as in {Prefix}4."),
        };
        var builder = new NetworkBuilder(name, new Shape(3, 32, 32));
        var x = builder.Input;
        for (var i = 0; i < 2 * pairs; i++)
        {
            x = builder.Relu(builder.Convolution(string.Create(CultureInfo.InvariantCulture, $"conv_layers.{i}"), x, 64 << (i / 2), 3, padding: 1));
            if (i % 2 == 1) x = builder.MaxPool(x, 2, 2);
        }

        x = builder.Flatten(x);
        for (var i = 0; i < 2; i++) x = builder.Relu(builder.Linear($"fc_layers.{i}", x, 256));
        builder.Linear("fc", x, 10);
        return builder.Build();
    }
}
