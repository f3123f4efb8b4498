using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;

namespace Tombola.Training;

/// <summary>Gradient of the mean loss on one mini-batch, at any weights under a mask. Batch norms normalise by the mini-batch, as in training.</summary>
internal sealed class LossGradient : IDisposable
{
    private readonly INetworkPlan _plan;

    /// <param name="network">The architecture.</param>
    /// <param name="batch">The examples.</param>
    /// <param name="mask">The weights that remain.</param>
    /// <param name="dropout">Decides what dropout leaves out, the same every time.</param>
    /// <param name="backend">What computes the network.</param>
    /// <param name="team">Threads to share the work among, or null.</param>
    /// <exception cref="SettingException">The images do not fit the network.</exception>
    public LossGradient(Network network, MiniBatch batch, Mask mask, RandomStream dropout, IBackend backend, ThreadTeam? team)
    {
        var features = network.Input.Count;
        if (batch.Samples.Length != (long)batch.Labels.Length * features)
        {
            throw new SettingException(
                $"{network.Name} takes images of {network.Input}; a mini-batch of {batch.Labels.Length} such images has another number of values than "
                    + $"{batch.Samples.Length}. Choose another model or data set.");
        }

        _plan = backend.Compile(new PlanRequest(network, batch.Labels.Length) { Mask = mask, Training = true, Team = team, Kernels = KernelChoice.Dense });
        for (var n = 0; n < batch.Labels.Length; n++) batch.Samples.AsSpan(n * features, features).CopyTo(_plan.Sample(n));
        batch.Labels.CopyTo(_plan.Labels, 0);
        _plan.SeedDropout(dropout, 0);
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
