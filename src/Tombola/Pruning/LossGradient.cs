using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Pruning;

/// <summary>Gradient of the mean loss on the input's mini-batch, at any weights under its mask. Batch norms normalise by the mini-batch, as in training.</summary>
internal sealed class LossGradient : IDisposable
{
    private readonly INetworkPlan _plan;

    /// <exception cref="ArgumentException">The images do not fit the network.</exception>
    public LossGradient(PruningInput input)
    {
        var (network, batch) = (input.Network, input.Batch!);
        var features = network.Input.Count;
        if (batch.Samples.Length != (long)batch.Labels.Length * features)
        {
            throw new SettingException(
                $"{network.Name} takes images of {network.Input}; a mini-batch of {batch.Labels.Length} such images has another number of values than "
                    + $"{batch.Samples.Length}. Choose another model or data set.");
        }

        _plan = input.Backend.Compile(new PlanRequest(network, batch.Labels.Length) { Mask = input.Mask, Training = true, Team = input.Team, Kernels = KernelChoice.Dense });
        for (var n = 0; n < batch.Labels.Length; n++) batch.Samples.AsSpan(n * features, features).CopyTo(_plan.Sample(n));
        batch.Labels.CopyTo(_plan.Labels, 0);
        _plan.SeedDropout(input.Stream, 0);
    }

    /// <summary>The gradient for every weight, pruned ones included.</summary>
    /// <param name="state">Weights that keep to the mask.</param>
    public float[] At(NetworkState state)
    {
        var gradient = new float[state.Space.Count];
        _plan.Load(state);
        _plan.Gradient(_plan.Batch, gradient);
        return gradient;
    }

    public void Dispose() => _plan.Dispose();
}
