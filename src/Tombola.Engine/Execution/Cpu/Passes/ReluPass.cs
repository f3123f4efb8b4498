using Tombola.Engine.Execution.Cpu.Kernels;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>A rectifier that could not be fused into the layer before it, because somebody else reads that layer too.</summary>
internal sealed class ReluPass(Activation output, Source input) : ChannelPass(output, input)
{
    public override string Kernel => "ReLU";

    public override bool ReadsInputsBackward => Inputs[0].Activation.Rectified;

    protected override void ForwardPlane(int block, int channel)
    {
        var x = Inputs[0].Activation;
        MapKernels.Rectify(x.Plane(x.Values, block, channel), Values(block, channel));
    }

    protected override void TangentPlane(int block, int channel)
    {
        var x = Inputs[0].Activation;
        x.Plane(x.Tangent, block, channel).CopyTo(Tangent(block, channel));
    }

    protected override void BackwardPlane(int block, int channel, bool tangent)
    {
        // The output is rectified, so its gradient has passed the rectifier already.
        var x = Inputs[0].Activation;
        MapKernels.Pass(
            Gradient(block, channel, tangent),
            x.Rectified ? x.Plane(x.Values, block, channel) : default,
            x.Plane(x.GradientOrItsTangent(tangent), block, channel),
            Inputs[0].Accumulate);
    }
}
