using Tombola.Engine.Execution.Cpu.Kernels;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>A pass without weights whose channels have nothing to do with each other.</summary>
internal abstract class ChannelPass(Activation output, params Source[] inputs) : Pass(output, inputs)
{
    public override int Stages(PassTask task, int blocks) => task switch
    {
        PassTask.Forward => 1,
        PassTask.InputGradient => WantsInputGradient ? 1 : 0,
        _ => 0,
    };

    public override void Run(PassTask task, int stage, in Share share)
    {
        var (from, to) = share.Part(Output.Shape.Channels);
        for (var channel = from; channel < to; channel++)
        {
            for (var block = share.First; block < share.End; block++)
            {
                if (task == PassTask.Forward)
                {
                    ForwardPlane(block, channel);
                    if (!Output.HasTangent) continue;
                    TangentPlane(block, channel);
                    if (Output.Rectified) LaneKernels.RectifyGradient(Output.Plane(Output.Tangent, block, channel), Values(block, channel));
                }
                else
                {
                    if (Wants(tangent: false)) BackwardPlane(block, channel, tangent: false);
                    if (Wants(tangent: true)) BackwardPlane(block, channel, tangent: true);
                }
            }
        }
    }

    /// <summary>The output in one channel of one lane block.</summary>
    protected abstract void ForwardPlane(int block, int channel);

    /// <summary>Its derivative along the direction of a <see cref="CurvaturePlan"/>, still to pass the rectifier.</summary>
    protected abstract void TangentPlane(int block, int channel);

    /// <summary>What one channel of one lane block adds to the gradients of the inputs, or to their tangents: both go the same way, for the way depends on the values only.</summary>
    protected abstract void BackwardPlane(int block, int channel, bool tangent);

    protected Span<float> Values(int block, int channel) => Output.Plane(Output.Values, block, channel);

    protected Span<float> Tangent(int block, int channel) => Output.Plane(Output.Tangent, block, channel);

    protected Span<float> Gradient(int block, int channel, bool tangent) => Output.Plane(Output.GradientOrItsTangent(tangent), block, channel);
}
