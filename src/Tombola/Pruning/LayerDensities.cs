using System.Globalization;
using System.Text;
using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>A density that somebody gives for a layer.</summary>
/// <param name="Layer">Name of the layer, such as <c>fc</c>, or <c>*</c> for all that are not named.</param>
/// <param name="Density">Fraction of its weights, from 0 to 1.</param>
public sealed record LayerDensity(string Layer, double Density);

/// <summary>Reads densities by layer, and makes of them one for every layer of a network.</summary>
internal static class LayerDensities
{
    private const string Others = "*";
    private const int MostBytes = 1 << 20;

    /// <summary>From a list such as <c>conv=1,*=0.2</c>, or from a file of such lists, a line each.</summary>
    /// <exception cref="SettingException">It is neither.</exception>
    public static IReadOnlyList<LayerDensity> Parse(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            text = RegularFile.Is(text) ? Encoding.UTF8.GetString(RegularFile.ReadAll(text, MostBytes)) : throw new SettingException(
                $"'{Printable.Name(text)}' is neither a list of densities by layer, such as conv=1,*=0.2, nor a file of some.");
        }

        return [.. text.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(One)];
    }

    /// <summary>The list that <see cref="Parse"/> reads the same from.</summary>
    public static string Text(IEnumerable<LayerDensity> densities) => string.Join(',', densities.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Layer}={one.Density:R}")));

    /// <summary>A density for every layer, in the order of the network.</summary>
    /// <param name="given">As <see cref="Parse"/> gives them.</param>
    /// <param name="space">The network's weights.</param>
    /// <param name="exempt">Names of layers that are not pruned, and so have no density.</param>
    /// <exception cref="SettingException">A layer is not there, is exempt, comes twice, or has no density or an impossible one; the message names it.</exception>
    public static IReadOnlyList<LayerDensity> For(IReadOnlyList<LayerDensity> given, WeightSpace space, IReadOnlySet<string> exempt)
    {
        string[] layers = [.. space.Prunable.Select(parameter => parameter.Layer).Where(layer => !exempt.Contains(layer))];
        var byLayer = new Dictionary<string, double>();
        foreach (var (layer, density) in given)
        {
            if (exempt.Contains(layer)) throw new SettingException($"Layer {layer} is exempt from pruning, so that it has no density to give.");
            if (layer != Others && !layers.Contains(layer)) throw new SettingException($"There is no layer '{Printable.Name(layer)}' to prune. {NearestName.Hint(layer, layers)}");
            if (!(density is >= 0 and <= 1)) throw new SettingException(FormattableString.Invariant($"The density of {layer} is {density}; it must be from 0 to 1."));
            if (!byLayer.TryAdd(layer, density)) throw new SettingException($"There are two densities for {layer}. Give it one.");
        }

        string[] missing = byLayer.ContainsKey(Others) ? [] : [.. layers.Where(layer => !byLayer.ContainsKey(layer))];
        if (missing.Length > 0) throw new SettingException($"There is no density for {string.Join(", ", missing)}. Give one, or one for all others by {Others}=0.2.");
        return [.. layers.Select(layer => new LayerDensity(layer, byLayer.TryGetValue(layer, out var density) ? density : byLayer[Others]))];
    }

    private static LayerDensity One(string text) => text.LastIndexOf('=') is var at and > 0 && Numbers.TryParse<double>(text[(at + 1)..], out var density)
        ? new LayerDensity(text[..at].Trim(), density)
        : throw new SettingException($"'{Printable.Name(text)}' is no density of a layer. Write layer=density, for example conv=0.2.");
}
