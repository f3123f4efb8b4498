using Tombola.Data;
using Tombola.Engine.Naming;

namespace Tombola.Training;

/// <summary>Examples in memory, for whatever looks at the same ones again and again.</summary>
/// <param name="Samples"><c>[sample][channel, row, column]</c>, one after the other.</param>
/// <param name="Labels">Class of each.</param>
public sealed record MiniBatch(float[] Samples, int[] Labels)
{
    /// <summary>Reads examples as they are, not augmented.</summary>
    /// <param name="examples">Where they are.</param>
    /// <param name="chosen">Which ones, in order.</param>
    public static MiniBatch Read(ExampleSource examples, int[] chosen)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(chosen);
        var features = examples.Shape.Count;
        if ((long)chosen.Length * features > Array.MaxLength) throw new SettingException($"A mini-batch of {chosen.Length} images of {examples.Shape} does not fit into one array. Choose a smaller batch.");
        var (samples, labels) = (new float[chosen.Length * features], new int[chosen.Length]);
        using var feed = new BatchFeed(examples, new EpochOrder(chosen), chosen.Length);
        var count = feed.MoveTo(0);
        for (var n = 0; n < count; n++)
        {
            feed.Read(n, samples.AsSpan(n * features, features));
            labels[n] = feed.Label(n);
        }

        return new MiniBatch(samples, labels);
    }
}
