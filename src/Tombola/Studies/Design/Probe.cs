namespace Tombola.Studies;

/// <summary>What to measure of a setting besides the accuracy of its copies.</summary>
[Flags]
public enum Measures
{
    None = 0,

    /// <summary>Error barriers of all pairs of copies on the test set.</summary>
    Barrier = 1,

    /// <summary>The same on the training set.</summary>
    TrainBarrier = 2,

    /// <summary>Distances of all pairs of copies.</summary>
    Distances = 4,

    /// <summary>Error of all copies on the training set.</summary>
    TrainError = 8,

    /// <summary>Distances to the dense network trained in the same data order.</summary>
    Pruning = 16,
}

/// <summary>A row to be measured.</summary>
/// <param name="Condition">The network.</param>
/// <param name="Measures">What of it, besides accuracy.</param>
/// <param name="Copies">Copies to train; null for as many as the request has. A person who asks for a number has that.</param>
public sealed record Probe(Condition Condition, Measures Measures = Measures.None, int? Copies = null);
