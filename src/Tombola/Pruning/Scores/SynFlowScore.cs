namespace Tombola.Pruning;

/// <summary>SynFlow: the synaptic flow |w| dR/d|w|, in 100 rounds (Tanaka et al. 2020, algorithm 1). Looks at no data.</summary>
internal static class SynFlowScore
{
    internal const int Rounds = 100;

    public static double[] Of(PruningInput input) => new SynapticFlow(input.Network, input.State.Under(input.Mask)).Scores();
}
