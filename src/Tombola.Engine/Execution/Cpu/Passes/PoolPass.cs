using Tombola.Engine.Execution.Cpu.Kernels;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>Largest value or mean of windows; the mean of whole maps is one window of their size.</summary>
internal sealed class PoolPass(Activation output, Source input, int kernelRows, int kernelColumns, int stride, int padding, bool max) : ChannelPass(output, input)
{
    private readonly PoolKernels _kernels = PoolKernels.Of(input.Activation.Shape, output.Shape, kernelRows, kernelColumns, stride, padding, output.Lanes);

    public override string Kernel => $"{(max ? "max" : "average")} pooling {kernelRows}x{kernelColumns}";

    public override bool ReadsInputsBackward => max || Inputs[0].Activation.Rectified;

    public override bool ReadsOutputBackward => max;

    protected override void ForwardPlane(int block, int channel)
    {
        var x = Inputs[0].Activation;
        if (max)
        {
            _kernels.Max(x.Plane(x.Values, block, channel), Values(block, channel));
        }
        else
        {
            _kernels.Mean(x.Plane(x.Values, block, channel), Values(block, channel));
        }
    }

    protected override void TangentPlane(int block, int channel)
    {
        var x = Inputs[0].Activation;
        var tangent = x.Plane(x.Tangent, block, channel);
        if (max) _kernels.MaxTangent(x.Plane(x.Values, block, channel), Values(block, channel), tangent, Tangent(block, channel));
        else _kernels.Mean(tangent, Tangent(block, channel));
    }

    protected override void BackwardPlane(int block, int channel, bool tangent)
    {
        var x = Inputs[0].Activation;
        var gradient = x.Plane(x.GradientOrItsTangent(tangent), block, channel);
        var written = Inputs[0].Accumulate;
        if (!written && !(max && _kernels.Covers))
        {
            gradient.Clear();
            written = true;
        }

        if (max)
        {
            _kernels.MaxGradient(x.Plane(x.Values, block, channel), Values(block, channel), Gradient(block, channel, tangent), gradient, x.Rectified, written);
        }
        else
        {
            _kernels.MeanGradient(Gradient(block, channel, tangent), x.Rectified ? x.Plane(x.Values, block, channel) : default, gradient);
        }
    }
}
