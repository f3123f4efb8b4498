using Tombola.Engine.Naming;

namespace Tombola.Pruning;

/// <summary>What a weight is worth: those of lowest score are removed, of equal ones those with the lowest index.</summary>
/// <param name="Name">As in presets and on the command line.</param>
/// <param name="Description">Half a sentence for lists.</param>
/// <param name="Of">A number for every element of the weight vector. Only those of <see cref="PruningInput.Candidates"/> count, and must be finite.</param>
public sealed record PruningScore(string Name, string Description, Func<PruningInput, double[]> Of)
{
    /// <summary>Whether it looks at training examples.</summary>
    public bool NeedsExamples { get; init; }

    /// <summary>Whether it draws from <see cref="PruningInput.Stream"/>: such a job gets a seed of its own, and others none, so that they are shared.</summary>
    public bool Draws { get; init; }

    /// <summary>How often weights are scored, each time without those that the rounds before removed; from one round to the next the density falls by the same factor.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Forward and backward passes that a round takes: over the mini-batch if it needs one, else over a single example.</summary>
    public int Passes { get; init; }
}

/// <summary>The scores by name. A new one is one function and one line here, or a line of <see cref="Registry"/> in a program that uses this library.</summary>
public static class PruningScores
{
    /// <summary>Those that there are.</summary>
    public static Registry<PruningScore> Registry { get; } = new("There is no pruning score", score => score.Name,
    [
        new("grasp", "what a weight's removal adds to the norm of the gradient on a mini-batch (GraSP)", GraspScore.Of) { NeedsExamples = true, Passes = GraspScore.Gradients },
        new("magnitude", "its magnitude", MagnitudeScore.Of),
        new("random", "a draw", RandomScore.Of) { Draws = true },
        new("snip", "its connection sensitivity on a mini-batch (SNIP)", SnipScore.Of) { NeedsExamples = true, Passes = 1 },
        new("synflow", "its synaptic flow, anew in each of a hundred rounds (SynFlow)", SynFlowScore.Of) { Rounds = SynFlowScore.Rounds, Passes = 1 },
    ]);
}
