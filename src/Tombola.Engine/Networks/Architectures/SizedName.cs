using System.Globalization;
using Tombola.Engine.Naming;

namespace Tombola.Engine.Networks;

/// <summary>The name of a model in a family that differs in depth and width, such as <c>cifar_resnet_20_32</c>, taken apart.</summary>
/// <param name="Depth">The first number.</param>
/// <param name="Width">The second, or the family's usual width: filters of the first layers.</param>
internal readonly record struct SizedName(int Depth, int Width)
{
    private const int LargestWidth = 1024;

    /// <summary>Whether a network can have so many filters.</summary>
    public static bool IsWidth(int width) => width is >= 1 and <= LargestWidth;

    /// <summary>Takes a name apart.</summary>
    /// <param name="name">The whole name.</param>
    /// <param name="prefix">What it starts with.</param>
    /// <param name="example">The numbers of a name that works, both of them.</param>
    /// <param name="usual">The width of a name without one.</param>
    /// <param name="isDepth">Whether the family has this depth.</param>
    /// <param name="depths">What the first number is, for messages: "a depth ...".</param>
    /// <exception cref="ArgumentException">A part is missing, too many, or not what it should be; the message names it.</exception>
    public static SizedName Read(string name, string prefix, string example, int usual, Func<int, bool> isDepth, string depths)
    {
        var words = name[prefix.Length..].Split('_');
        if (words.Length > 2) throw new SettingException($"The model name '{name}' has too many parts. It is {prefix}DEPTH or {prefix}DEPTH_WIDTH, for example {prefix}{example}.");
        var depth = Number(words[0]);
        if (!isDepth(depth)) throw new SettingException($"In the model name '{name}', '{words[0]}' is not {depths}.");
        var width = words.Length == 1 ? usual : Number(words[1]);
        return IsWidth(width)
            ? new SizedName(depth, width)
            : throw new SettingException($"In the model name '{name}', '{words[1]}' is not a width from 1 to {LargestWidth}, such as {usual}.");
    }

    /// <summary>The name that <see cref="Read"/> takes apart; the usual width is left out.</summary>
    public static string Write(string prefix, int depth, int width, int usual) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{depth}{(width == usual ? "" : $"_{width}")}");

    /// <summary>The number that the word writes, or -1.</summary>
    private static int Number(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && word[0] != '0' ? number : -1;
}
