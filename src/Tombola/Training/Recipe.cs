using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;

namespace Tombola.Training;

/// <summary>How to train: optimiser, learning-rate schedule, batch size and length. Defaults are left out of a job's key.</summary>
public sealed record Recipe
{
    /// <summary><c>sgd</c>, <c>adam</c> or <c>rmsprop</c>.</summary>
    public string Optimizer { get; init; } = "sgd";

    /// <summary>Base learning rate.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>SGD and RMSprop.</summary>
    public double Momentum { get; init; }

    /// <summary>SGD with momentum: Nesterov's look-ahead.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Added to every gradient as decay * w.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Examples in a mini-batch.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Length of training T, in the grammar of <see cref="StepCount"/>.</summary>
    public string Steps { get; init; } = "160ep";

    /// <summary><c>constant</c>, <c>milestones</c>, <c>cosine</c>, <c>linear</c> or <c>exponential</c>.</summary>
    public string Schedule { get; init; } = "constant";

    /// <summary>Schedule <c>milestones</c>: steps, separated by commas, at each of which the rate is multiplied by <see cref="Gamma"/>.</summary>
    public string Milestones { get; init; } = "";

    /// <summary>Factor at a milestone.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <summary>Rate at step T for the schedules <c>cosine</c>, <c>linear</c> and <c>exponential</c>.</summary>
    public double FinalRate { get; init; }

    /// <summary>Steps over which the rate grows linearly from zero, as a factor on the schedule.</summary>
    public string Warmup { get; init; } = "0it";

    /// <summary>What is done to training images each time they are used: a name in <see cref="Augmentations"/>.</summary>
    public string Augmentation { get; init; } = Augmentations.None;

    /// <summary>The optimiser's constants for the engine.</summary>
    internal OptimizerSpec OptimizerSpec => new(Kind, Momentum, Nesterov, WeightDecay);

    private OptimizerKind Kind => Optimizer switch
    {
        "sgd" => OptimizerKind.Sgd,
        "adam" => OptimizerKind.Adam,
        "rmsprop" => OptimizerKind.RmsProp,
        _ => throw new SettingException($"There is no optimiser '{Optimizer}'. Optimisers: sgd, adam, rmsprop."),
    };

    /// <summary>Length of training in optimiser updates.</summary>
    public long TotalSteps(int stepsPerEpoch) => StepCount.Parse(Steps).ToIterations(stepsPerEpoch);

    /// <exception cref="ArgumentException">A field is out of range; the message names it.</exception>
    public void Validate()
    {
        _ = Kind;
        Require(LearningRate is > 0 and < 1000, nameof(LearningRate), LearningRate, "a number above 0 and below 1000");
        Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "a number from 0 to below 1");
        Require(WeightDecay is >= 0 and < 1, nameof(WeightDecay), WeightDecay, "a number from 0 to below 1");
        Require(Batch is >= 1 and <= 65536, nameof(Batch), Batch, "a whole number from 1 to 65536");
        Require(Gamma is > 0 and <= 1, nameof(Gamma), Gamma, "a number above 0 and at most 1");
        Require(FinalRate >= 0 && FinalRate <= LearningRate, nameof(FinalRate), FinalRate, "a number from 0 to the learning rate");
        Require(Schedule != "exponential" || FinalRate > 0, nameof(FinalRate), FinalRate, "above 0 for an exponential schedule");
        Require(!Nesterov || (Momentum > 0 && Kind == OptimizerKind.Sgd), nameof(Nesterov), Nesterov, "used with sgd and a momentum above 0");
        Require(StepCount.Parse(Steps) is { Epochs: > 0 } or { Iterations: > 0 }, nameof(Steps), Steps, "at least one step, such as 24000it or 160ep");
        _ = Training.Schedule.Of(this, stepsPerEpoch: 1);
        _ = Augmentations.Create(Augmentation, seed: 0);
    }

    private static void Require(bool condition, string field, object value, string wanted)
    {
        if (!condition) throw new SettingException(FormattableString.Invariant($"The field {char.ToLowerInvariant(field[0])}{field[1..]} is {value}; it must be {wanted}."));
    }
}
