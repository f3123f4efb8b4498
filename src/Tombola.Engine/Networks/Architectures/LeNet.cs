using System.Globalization;
using Tombola.Engine.Naming;

namespace Tombola.Engine.Networks;

/// <summary>LeCun's fully connected nets: hidden layers of the given widths with ReLU, then the logits.</summary>
internal static class LeNet
{
    private const string Prefix = "mnist_lenet_";

    public static Architecture Architecture { get; } = new(
        Prefix + "A_B_...", Prefix + "300_100", "Fully connected layers of A, B, ... units for images of any size, ReLU between.", new Shape(1, 28, 28), Create)
    { Recognise = Recognise };

    private static string? Recognise(IReadOnlyDictionary<string, IReadOnlyList<int>> shapes) =>
        shapes.Outputs("fc_layers", "weight", 2) is { Count: > 0 } widths && widths.All(IsWidth) && !shapes.ContainsKey("conv_layers.0.weight") ? Prefix + string.Join('_', widths) : null;

    private static bool IsWidth(int width) => width is >= 1 and <= 65536;

    private static Network? Create(NetworkRequest request)
    {
        var name = request.Name;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var widths = new List<int>();
        foreach (var word in name[Prefix.Length..].Split('_'))
        {
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var width) || !IsWidth(width) || word[0] == '0')
            {
                throw new SettingException($"In the model name '{name}', '{word}' is not a width from 1 to 65536. An example that works: {Prefix}300_100.");
            }

            widths.Add(width);
        }

        var builder = request.Begin();
        var x = builder.Input;
        for (var i = 0; i < widths.Count; i++) x = builder.Relu(builder.Linear($"fc_layers.{i}", x, widths[i]));
        builder.Linear("fc", x, request.Classes);
        return builder.Build();
    }
}
