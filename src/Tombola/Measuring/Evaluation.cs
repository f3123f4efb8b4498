using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Measuring;

/// <summary><c>evaluate</c>: loss and error of model files.</summary>
public static class Evaluation
{
    /// <summary>The measurement of some files, on the test set and on the training set without augmentation.</summary>
    public static Measurement Of(ModelSet models)
    {
        ArgumentNullException.ThrowIfNull(models);
        (Model Model, EvaluateJob Test, EvaluateJob Train)[] asked = [.. models.Models.Select(model => (model, Job(models, model, false), Job(models, model, true)))];
        return new Measurement(
            "evaluate",
            "How well do these networks classify?",
            models,
            [.. asked.SelectMany(one => new Job[] { one.Test, one.Train })],
            store => Conclude([.. asked.Select(one => new EvaluatedModel(
                one.Model.Title, store.Result(one.Model.State).Density, store.Result(one.Test), store.Result(one.Train)) { Label = one.Model.Label })]));
    }

    internal static EvaluateJob Job(ModelSet models, Model model, bool onTrainingSet) => new()
    {
        Model = models.Network.Name,
        State = model.State,
        Data = models.Data,
        OnTrainingSet = onTrainingSet,
        Kernels = models.Arguments.Kernels,
    };

    private static Measured Conclude(EvaluatedModel[] models)
    {
        var best = models.MinBy(model => model.Test.Error)!;
        var verdict = models.Length == 1
            ? $"{best.File} classifies {InWords.Percent(1 - best.Test.Error)} of the test examples correctly, at a loss of {InWords.Fixed(best.Test.Loss, 4)}."
            : $"Of {models.Length} networks {best.File} is the most accurate on the test set: {InWords.Percent(1 - best.Test.Error)}, and the least {InWords.Percent(1 - models.Max(model => model.Test.Error))}.";
        return new Measured(
            verdict,
            [
                new Table(
                    "models",
                    "Loss (nats) and error of every network",
                    [new("File"), new("Density", true), new("Test loss", true), new("Test error", true), new("Train loss", true), new("Train error", true)],
                    [.. models.Select(model => (IReadOnlyList<string>)
                    [
                        model.Label, InWords.Percent(model.Density, 1), InWords.Fixed(model.Test.Loss, 4), InWords.Percent(model.Test.Error), InWords.Fixed(model.Train.Loss, 4), InWords.Percent(model.Train.Error),
                    ])]),
            ],
            [],
            models);
    }
}

/// <summary>What was measured of a model file.</summary>
/// <param name="File">Its name.</param>
/// <param name="Density">Fraction of the prunable weights that remain under its own mask; 1 without one.</param>
/// <param name="Test">On the test set.</param>
/// <param name="Train">On the training set, without augmentation.</param>
public sealed record EvaluatedModel(string File, double Density, EvaluateResult Test, EvaluateResult Train)
{
    internal string Label { get; init; } = "";
}
