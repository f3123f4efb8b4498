using Tombola.Engine.Execution.Cpu.Planning;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu;

/// <summary>Products with a Hessian or a Gauss-Newton matrix: the passes of a plan, each of which computes derivatives along a direction besides.</summary>
/// <remarks>
/// Forward-over-reverse differentiation (Pearlmutter 1994). A layer Y = W X has dY = V X + W dX along the direction V; backward, its input's gradient W'Q has the derivative
/// W' dQ + V'Q, and its weights' gradient Q X' the derivative dQ X' + Q dX'. So there are 8 products where a gradient has 3: the weights' gradient itself is not needed.
/// Rectifiers and maxima let through what their values let through. A Gauss-Newton product leaves out the terms with Q, and needs 5. Weights are packed once for a direction.
/// </remarks>
internal sealed class CurvaturePlan : ICurvaturePlan
{
    private readonly Arena _arena = new();
    private readonly PassSequence _passes;
    private readonly PlanInput _input;
    private readonly LossHead _head;
    private readonly PlanWeights _weights;
    private readonly Slab _product;
    private readonly Mask? _mask;
    private readonly CurvatureTerms _terms;
    private readonly float[] _statistics;
    private readonly ThreadTeam _team;
    private readonly bool _ownsTeam;
    private readonly Parameter[] _still;
    private bool _changed = true;

    public CurvaturePlan(CurvatureRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var network = request.Network;
        ArgumentNullException.ThrowIfNull(network, nameof(request));
        var lanes = PlanInput.LanesFor(network, request.Batch);
        var blocks = PlanFit.Blocks(request.Batch, lanes);
        if (request.Mask is not null) PlanFit.Check(request.Mask, network);
        if (request.BatchStatistics && network.Layers.OfType<DropoutLayer>().FirstOrDefault() is { } dropout)
        {
            throw new SettingException(
                $"{network.Name} has dropout ({dropout.Name}), which in training leaves out other values from call to call: its loss has no Hessian. Let batch norms go by their running statistics: then nothing is left out.");
        }

        (Network, Batch, _mask) = (network, request.Batch, request.Mask);
        _terms = new CurvatureTerms(request.GaussNewton, request.NormParameters, request.BatchStatistics);
        _team = request.Team ?? new ThreadTeam(1);
        _ownsTeam = request.Team is null;
        _still = request.NormParameters ? [] : [.. network.Layers.OfType<BatchNormLayer>().SelectMany(layer => layer.Parameters).Select(part => network.Space[part.Name])];
        _statistics = new float[network.Space.StatisticsCount];
        _weights = new PlanWeights(network, request.Mask, SparseChoice.For(network, training: true, lanes, request.Kernels));
        try
        {
            (_weights.Slab, _weights.Direction, _product) = (_arena.Take(_weights.Count), _arena.Take(_weights.Count), _arena.Take(_weights.Count));
            var compiler = new PlanCompiler(network, _weights, _statistics, _team, training: true, lanes, blocks, _terms);
            var planner = new ArenaPlanner();
            _passes = compiler.Compile(planner);
            planner.Place(_arena);
            (_input, _head) = (new PlanInput(network, compiler.Input, Batch, _team), new LossHead(network, compiler.Output, Batch));
        }
        catch
        {
            // Nobody else can free what was taken before it turned out that the rest does not fit.
            Dispose();
            throw;
        }
    }

    public Network Network { get; }

    public int Batch { get; }

    public long ArenaBytes => _arena.Bytes;

    public int[] Labels => _head.Labels;

    public Span<float> Sample(int index) => _input.Sample(index);

    public void Load(NetworkState state)
    {
        PlanFit.Check(state, Network, _mask);
        _weights.Pack(state.Weights, _weights.Slab.Span);
        state.Statistics.CopyTo(_statistics);
        _changed = true;
    }

    public void Direct(ReadOnlySpan<float> direction)
    {
        if (direction.Length != Network.Space.Count)
        {
            throw new ArgumentException($"The direction has {direction.Length} elements; {Network.Name} has {Network.Space.Count} weights.", nameof(direction));
        }

        if (_mask is not null && !_mask.HoldsFor(direction)) throw new ArgumentException("The direction moves weights that the plan's mask prunes.", nameof(direction));
        foreach (var norm in _still)
        {
            if (norm.Of(direction).ContainsAnyExcept(0f)) throw new ArgumentException($"The direction moves {norm.Name}. Compile with {nameof(CurvatureRequest.NormParameters)}.", nameof(direction));
        }

        _weights.Pack(direction, _weights.Direction.Span);
        _changed = true;
    }

    public BatchLoss Multiply(int count, Span<float> product)
    {
        if (product.Length != Network.Space.Count)
        {
            throw new ArgumentException($"The product has {product.Length} elements; {Network.Name} has {Network.Space.Count} weights.", nameof(product));
        }

        _input.Prepare(count);
        _head.CheckLabels(count);
        _passes.Forward(count, _changed);
        _changed = false;
        var loss = _head.RunWithTangent(count);
        _passes.Backward(new GradientSink(_weights, null, _product));
        _weights.Unpack(_product.Span, product);

        // Dense kernels also say how the gradient of a pruned weight changes, or leave anything in its place.
        _mask?.Apply(product);
        foreach (var norm in _still) norm.Of(product).Clear();
        return loss;
    }

    public IReadOnlyList<PassDescription> Describe() => _passes.Describe();

    public void Dispose()
    {
        if (_ownsTeam) _team.Dispose();
        _arena.Dispose();
    }
}
