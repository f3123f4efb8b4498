namespace Tombola.Engine.Tests.Reference;

/// <summary>Softmax and cross-entropy of one sample in float64.</summary>
internal static class ReferenceLoss
{
    /// <summary>Loss in nats, whether the label has the first largest logit, and the gradient of the loss for each logit.</summary>
    public static (double Loss, bool Hit, double[] Gradient) Of(double[] logits, int label)
    {
        var max = logits.Max();
        var sum = logits.Sum(z => Math.Exp(z - max));
        var gradient = logits.Select((z, c) => (Math.Exp(z - max) / sum) - (c == label ? 1 : 0)).ToArray();
        return (Math.Log(sum) - (logits[label] - max), Array.IndexOf(logits, max) == label, gradient);
    }
}
