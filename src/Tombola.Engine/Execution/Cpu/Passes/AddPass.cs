using Tombola.Engine.Execution.Cpu.Kernels;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>The sum of two activations, with the rectifier that follows it.</summary>
internal sealed class AddPass(Activation output, Source first, Source second) : ChannelPass(output, first, second)
{
    public override string Kernel => Output.Rectified ? "add + ReLU" : "add";

    public override bool ReadsInputsBackward => Inputs[0].Activation.Rectified || Inputs[1].Activation.Rectified;

    protected override void ForwardPlane(int block, int channel)
    {
        var (x, z) = (Inputs[0].Activation, Inputs[1].Activation);
        MapKernels.Add(x.Plane(x.Values, block, channel), z.Plane(z.Values, block, channel), Values(block, channel), Output.Rectified);
    }

    protected override void TangentPlane(int block, int channel)
    {
        var (x, z) = (Inputs[0].Activation, Inputs[1].Activation);
        if (x.HasTangent && z.HasTangent) MapKernels.Add(x.Plane(x.Tangent, block, channel), z.Plane(z.Tangent, block, channel), Tangent(block, channel), rectify: false);
        else if (x.HasTangent) x.Plane(x.Tangent, block, channel).CopyTo(Tangent(block, channel));
        else z.Plane(z.Tangent, block, channel).CopyTo(Tangent(block, channel));
    }

    protected override void BackwardPlane(int block, int channel, bool tangent)
    {
        for (var i = 0; i < 2; i++)
        {
            var input = Inputs[i];
            var x = input.Activation;
            if (x.GradientOrItsTangent(tangent).IsEmpty) continue;
            MapKernels.Pass(
                Gradient(block, channel, tangent), x.Rectified ? x.Plane(x.Values, block, channel) : default, x.Plane(x.GradientOrItsTangent(tangent), block, channel), input.Accumulate);
        }
    }
}
