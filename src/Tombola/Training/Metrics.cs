namespace Tombola.Training;

/// <summary>What was measured at one step; a line of <c>metrics.jsonl</c>.</summary>
/// <param name="Step">Optimiser updates so far, counted from initialisation.</param>
/// <param name="Epoch">The step in epochs.</param>
/// <param name="TrainLoss">Mean cross-entropy in nats over the mini-batches since the last line, each before its update.</param>
/// <param name="TrainError">Fraction misclassified over the same examples.</param>
/// <param name="TestLoss">Mean cross-entropy over the test set, nats.</param>
/// <param name="TestError">Fraction of the test set misclassified.</param>
public sealed record Metrics(long Step, double Epoch, double? TrainLoss, double? TrainError, double TestLoss, double TestError);
