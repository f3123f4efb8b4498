using Tombola.Engine.Execution.Kernels;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Passes;

/// <summary>Copies whole channels: concatenation, and the flattening of maps whose planes are set apart.</summary>
internal sealed class CopyPass(ThreadTeam team, Activation output, params Source[] inputs) : Pass(team, output, inputs)
{
    public override string Kernel => "copy";

    public override bool ReadsInputsBackward => Inputs.Any(input => input.Activation.Rectified);

    protected override void InputGradient()
    {
        for (var block = FirstBlock; block < EndBlock; block++)
        {
            var place = block * Output.BlockStride;
            foreach (var input in Inputs)
            {
                var x = input.Activation;
                for (var channel = 0; channel < x.Shape.Channels; channel++)
                {
                    var length = x.Shape.Rows * x.Shape.Columns * x.Lanes;
                    if (input.WantsGradient)
                    {
                        MapKernels.Pass(
                            Output.Gradient.Span.Slice(place, length),
                            x.Rectified ? x.Plane(x.Values, block, channel) : default,
                            x.Plane(x.Gradient, block, channel),
                            input.Accumulate);
                    }

                    place += Step(length);
                }
            }
        }
    }

    protected override void Forward()
    {
        for (var block = FirstBlock; block < EndBlock; block++)
        {
            var place = block * Output.BlockStride;
            foreach (var input in Inputs)
            {
                var x = input.Activation;
                for (var channel = 0; channel < x.Shape.Channels; channel++)
                {
                    var plane = x.Plane(x.Values, block, channel);
                    plane.CopyTo(Output.Values.Span[place..]);
                    place += Step(plane.Length);
                }
            }
        }
    }

    /// <summary>Distance between channels in the output, which is either a vector or has maps of the same size.</summary>
    private int Step(int plane) => Output.IsFlat ? plane : Output.PlaneStride;
}
