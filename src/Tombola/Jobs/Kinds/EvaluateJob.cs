using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>Evaluates a state on the test set or on the training set.</summary>
public sealed record EvaluateJob : Job<EvaluateResult>
{
    /// <inheritdoc/>
    public override string Kind => "evaluate";

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>The job that made the state.</summary>
    public required Job State { get; init; }

    /// <summary>The data set.</summary>
    public required DatasetSpec Data { get; init; }

    /// <summary>Evaluate on the training set (without augmentation), not on the test set.</summary>
    public bool OnTrainingSet { get; init; }

    /// <summary>The kernels that a sparse network is evaluated with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>Name of the backend that computes it; null for the processor.</summary>
    public string? Backend { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Job> Inputs => [State];

    /// <inheritdoc/>
    public override string Title => $"evaluate {Model} on the {(OnTrainingSet ? "training" : "test")} set";

    /// <inheritdoc/>
    public override double Cost
    {
        get
        {
            var (train, test) = Datasets.ExpectedSize(Data);
            return Arithmetic.Forward(Model) * (OnTrainingSet ? train : test);
        }
    }

    /// <inheritdoc/>
    protected internal override EvaluateResult Run(JobContext context)
    {
        var network = Architectures.Create(Model);
        var data = context.Data.Load(Data);
        var state = context.State(State, network.Space);
        using var evaluator = new Evaluator(network, OnTrainingSet ? data.Train : data.Test, context.Team, Mask.OfRemaining([state]), KernelNames.Parse(Kernels), backend: Backends.Find(Backend));
        var loss = evaluator.Evaluate(state, context.Cancellation);
        return new EvaluateResult(loss.Loss, loss.Error);
    }
}

/// <param name="Loss">Mean loss, nats.</param>
/// <param name="Error">Fraction of examples that are classified wrongly.</param>
public sealed record EvaluateResult(double Loss, double Error);
