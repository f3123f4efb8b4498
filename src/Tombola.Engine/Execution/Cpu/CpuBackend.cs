namespace Tombola.Engine.Execution.Cpu;

/// <summary>Networks on the processor, compiled for its vectors, its caches and the zeros of a mask.</summary>
internal sealed class CpuBackend : IBackend
{
    public string Name => "cpu";

    public INetworkPlan Compile(PlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new Plan(request.Network, request.Mask, request.Batch, request.Training, request.Team, request.Kernels);
    }

    public ICurvaturePlan Compile(CurvatureRequest request) => new CurvaturePlan(request);
}
