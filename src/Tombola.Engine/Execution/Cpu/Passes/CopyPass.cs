using Tombola.Engine.Execution.Cpu.Kernels;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>Copies whole channels: concatenation, and the flattening of maps whose planes are set apart.</summary>
internal sealed class CopyPass(Activation output, params Source[] inputs) : Pass(output, inputs)
{
    public override string Kernel => "copy";

    public override bool ReadsInputsBackward => Inputs.Any(input => input.Activation.Rectified);

    public override int Stages(PassTask task, int blocks) => task switch
    {
        PassTask.Forward => 1,
        PassTask.InputGradient => WantsInputGradient ? 1 : 0,
        _ => 0,
    };

    public override void Run(PassTask task, int stage, in Share share)
    {
        for (var block = share.First; block < share.End; block++)
        {
            var place = block * Output.BlockStride;
            foreach (var input in Inputs)
            {
                var x = input.Activation;
                var (length, step) = (x.PlaneLength, Output.IsFlat ? x.PlaneLength : Output.PlaneStride);
                var (from, to) = share.Part(x.Shape.Channels);
                for (var channel = from; channel < to; channel++)
                {
                    var copy = place + (channel * step);
                    if (task == PassTask.Forward)
                    {
                        x.Plane(x.Values, block, channel).CopyTo(Output.Values.Span[copy..]);
                        if (x.HasTangent) x.Plane(x.Tangent, block, channel).CopyTo(Output.Tangent.Span[copy..]);
                        else if (Output.HasTangent) Output.Tangent.Span.Slice(copy, length).Clear();
                    }
                    else if (input.WantsGradient)
                    {
                        var values = x.Rectified ? x.Plane(x.Values, block, channel) : default;
                        if (!x.Gradient.IsEmpty) MapKernels.Pass(Output.Gradient.Span.Slice(copy, length), values, x.Plane(x.Gradient, block, channel), input.Accumulate);
                        if (!x.GradientTangent.IsEmpty)
                        {
                            MapKernels.Pass(Output.GradientTangent.Span.Slice(copy, length), values, x.Plane(x.GradientTangent, block, channel), input.Accumulate);
                        }
                    }
                }

                place += x.Shape.Channels * step;
            }
        }
    }
}
