using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Training;

namespace Tombola.Jobs;

/// <summary>Loss and error of a state on the test set and on the training set without augmentation.</summary>
public sealed record EvaluateJob : Job<EvaluateResult>
{
    public override string Kind => "evaluate";

    public required string Model { get; init; }

    public required StateRef State { get; init; }

    public required DatasetSpec Data { get; init; }

    public override IEnumerable<Job> Inputs => [State.Of];

    public override string Title => $"evaluate {Model}";

    public override double Cost => Architectures.Create(Model).Flops / 2 * 70_000.0;

    internal override EvaluateResult Run(JobContext context)
    {
        var network = Architectures.Create(Model);
        var data = context.Data.Load(Data);
        var state = context.State(State, network.Space);
        var (test, train) = (Evaluate(data.Test), Evaluate(data.Train));
        return new EvaluateResult(test.Loss, test.Error, train.Loss, train.Error);

        BatchLoss Evaluate(ExampleSet examples)
        {
            using var evaluator = new Evaluator(network, examples, context.Team);
            return evaluator.Evaluate(state, context.Cancellation);
        }
    }
}

/// <summary>Losses in nats, errors as fractions.</summary>
public sealed record EvaluateResult(double TestLoss, double TestError, double TrainLoss, double TrainError);
