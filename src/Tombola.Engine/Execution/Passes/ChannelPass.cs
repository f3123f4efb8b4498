using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Passes;

/// <summary>A pass whose channels have nothing to do with each other: the team shares them out.</summary>
internal abstract class ChannelPass : Pass
{
    private readonly Action<int> _forward, _backward;

    protected ChannelPass(ThreadTeam team, Activation output, params Source[] inputs)
        : base(team, output, inputs) => (_forward, _backward) = (ForwardPart, BackwardPart);

    protected override void InputGradient()
    {
        foreach (var input in Inputs)
        {
            if (!input.WantsGradient) continue;
            Team.Run(_backward);
            return;
        }
    }

    protected override void Forward() => Team.Run(_forward);

    /// <summary>The output in one channel of one lane block.</summary>
    protected abstract void ForwardPlane(int block, int channel);

    /// <summary>What one channel of one lane block adds to the gradients of the inputs.</summary>
    protected abstract void BackwardPlane(int block, int channel);

    protected Span<float> Values(int block, int channel) => Output.Plane(Output.Values, block, channel);

    protected Span<float> Gradient(int block, int channel) => Output.Plane(Output.Gradient, block, channel);

    private void ForwardPart(int member)
    {
        var (from, to) = Team.Part(member, Output.Shape.Channels);
        for (var channel = from; channel < to; channel++)
        {
            for (var block = FirstBlock; block < EndBlock; block++) ForwardPlane(block, channel);
        }
    }

    private void BackwardPart(int member)
    {
        var (from, to) = Team.Part(member, Output.Shape.Channels);
        for (var channel = from; channel < to; channel++)
        {
            for (var block = FirstBlock; block < EndBlock; block++) BackwardPlane(block, channel);
        }
    }
}
