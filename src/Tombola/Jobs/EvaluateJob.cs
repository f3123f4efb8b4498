using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>Evaluates a state on the test set, or on the training set without augmentation.</summary>
public sealed record EvaluateJob : Job<EvaluateResult>
{
    public override string Kind => "evaluate";

    public required string Model { get; init; }

    public required StateRef State { get; init; }

    public required DatasetSpec Data { get; init; }

    /// <summary>On the training set instead of the test set.</summary>
    public bool OnTrainingSet { get; init; }

    /// <summary>The kernels that sparse networks are evaluated with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    public override IEnumerable<Job> Inputs => [State.Of];

    public override string Title => $"evaluate {Model}";

    public override double Cost
    {
        get
        {
            var (train, test) = Datasets.ExpectedSize(Data);
            return Arithmetic.Forward(Model) * (OnTrainingSet ? train : test);
        }
    }

    internal override EvaluateResult Run(JobContext context)
    {
        var network = Architectures.Create(Model);
        var data = context.Data.Load(Data);
        var state = context.State(State, network.Space);
        using var evaluator = new Evaluator(network, OnTrainingSet ? data.Train : data.Test, context.Team, Mask.OfNonZeros([state]), KernelNames.Parse(Kernels));
        var loss = evaluator.Evaluate(state, context.Cancellation);
        return new EvaluateResult(loss.Loss, loss.Error);
    }
}

/// <param name="Loss">Mean cross-entropy, nats.</param>
/// <param name="Error">Fraction of examples misclassified.</param>
public sealed record EvaluateResult(double Loss, double Error);
