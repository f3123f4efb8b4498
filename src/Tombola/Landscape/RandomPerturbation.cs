using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Landscape;

/// <summary>Moves a network by a given length in a random direction among the weights that a mask leaves.</summary>
/// <remarks>The direction is that of independent normal numbers, so every direction is as likely as any other. The number of weight i is draw 0 of sample i of the stream. Biases and batch norm stay.</remarks>
internal static class RandomPerturbation
{
    /// <summary>Euclidean norm of the weights that one mask leaves and a sparser one does not.</summary>
    public static double NormBetween(NetworkState state, Mask denser, Mask sparser)
    {
        ArgumentNullException.ThrowIfNull(state);
        var sum = 0.0;
        foreach (var parameter in state.Space.Prunable)
        {
            for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i++)
            {
                if (denser[i] && !sparser[i]) sum += (double)state.Weights[i] * state.Weights[i];
            }
        }

        return Math.Sqrt(sum);
    }

    /// <summary>The network under a mask, and moved.</summary>
    /// <param name="state">The network.</param>
    /// <param name="mask">The weights that remain, and may move.</param>
    /// <param name="length">How far, as a Euclidean distance.</param>
    /// <param name="stream">What the direction is drawn from.</param>
    /// <exception cref="SettingException">The mask leaves nothing that could move.</exception>
    public static NetworkState Of(NetworkState state, Mask mask, double length, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Remaining == 0) throw new SettingException("The mask leaves no weight at all, so there is no direction to move the network in. Take one of a denser level.");
        var direction = new double[state.Space.Count];
        var sum = 0.0;
        foreach (var parameter in state.Space.Prunable)
        {
            for (var i = parameter.Offset; i < parameter.Offset + parameter.Count; i++)
            {
                if (!mask[i]) continue;
                direction[i] = stream.Normal(0, (ulong)i, 0);
                sum += direction[i] * direction[i];
            }
        }

        var moved = state.Under(mask);
        var factor = length / Math.Sqrt(sum);
        for (var i = 0; i < direction.Length; i++)
        {
            if (direction[i] != 0) moved.Weights[i] = (float)(moved.Weights[i] + (factor * direction[i]));
        }

        return moved;
    }
}
