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

    protected override void BackwardPlane(int block, int channel)
    {
        for (var i = 0; i < 2; i++)
        {
            var input = Inputs[i];
            if (!input.WantsGradient) continue;
            var x = input.Activation;
            MapKernels.Pass(
                Gradient(block, channel), x.Rectified ? x.Plane(x.Values, block, channel) : default, x.Plane(x.Gradient, block, channel), input.Accumulate);
        }
    }
}
