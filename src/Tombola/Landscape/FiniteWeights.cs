using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Landscape;

/// <summary>Networks whose weights are numbers: of others there are neither distances nor an order of magnitudes, and what they classify means nothing.</summary>
internal static class FiniteWeights
{
    /// <summary>Refuses a network with an infinite weight or one that is not a number.</summary>
    /// <param name="state">The network.</param>
    /// <param name="title">What to call it.</param>
    /// <exception cref="SettingException">It has one; the message names the tensor.</exception>
    public static void Demand(NetworkState state, string title)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var parameter in state.Space.Parameters)
        {
            foreach (var weight in state[parameter])
            {
                if (!float.IsFinite(weight)) throw new SettingException($"{title} has weights that are infinite or not a number, the first in {parameter.Name}. Give a network whose training did not diverge.");
            }
        }
    }
}
