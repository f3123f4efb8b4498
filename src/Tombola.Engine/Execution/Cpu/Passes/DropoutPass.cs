using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Memory;
using Tombola.Engine.Numerics;

namespace Tombola.Engine.Execution.Cpu.Passes;

/// <summary>Dropout while training: y = x f, f = 0 or 1 / (1 - rate), drawn for every (step, sample, feature).</summary>
internal sealed class DropoutPass(Activation output, Source input, double rate, uint layer) : ChannelPass(output, input)
{
    private Slab _factors;

    /// <summary>Where the draws come from.</summary>
    public RandomStream Stream { get; set; } = new(0, RandomStream.Dropout);

    /// <summary>The stream's epoch: the step.</summary>
    public uint Step { get; set; }

    public override string Kernel => $"dropout {rate:g}";

    public override bool ReadsInputsBackward => Inputs[0].Activation.Rectified;

    public override void Reserve(ArenaPlanner planner, Lifetime moments, Crew crew) => planner.Reserve(Output.Floats, moments.Forward, moments.Backward, slab => _factors = slab);

    protected override void ForwardPlane(int block, int channel)
    {
        var factors = Output.Plane(_factors, block, channel);
        var (kept, first) = ((float)(1 / (1 - rate)), (ulong)channel * (ulong)(Output.Shape.Rows * Output.Shape.Columns));
        for (var i = 0; i < factors.Length; i++)
        {
            var (pixel, lane) = Math.DivRem(i, Output.Lanes);
            var sample = ((ulong)((block * Output.Lanes) + lane) << 32) | (first + (ulong)pixel);
            factors[i] = Stream.Uniform(Step, sample, layer) < rate ? 0 : kept;
        }

        var x = Inputs[0].Activation;
        MapKernels.Multiply(x.Plane(x.Values, block, channel), factors, Values(block, channel));
    }

    protected override void TangentPlane(int block, int channel) => throw new NotSupportedException("Dropout has no curvature: what it leaves out changes from call to call.");

    protected override void BackwardPlane(int block, int channel, bool tangent)
    {
        var x = Inputs[0].Activation;
        var gradient = Gradient(block, channel, tangent);
        MapKernels.Multiply(gradient, Output.Plane(_factors, block, channel), gradient);
        MapKernels.Pass(gradient, x.Rectified ? x.Plane(x.Values, block, channel) : default, x.Plane(x.GradientOrItsTangent(tangent), block, channel), Inputs[0].Accumulate);
    }
}
