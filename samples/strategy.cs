#:project ../src/Tombola/Tombola.csproj
#:property PublishAot=false

// A pruning score and a distribution of one's own inside a study.
using Tombola;
using Tombola.Pruning;
using Tombola.Studies;

// The smallest weights relative to the mean magnitude of their layer go first.
PruningScores.Registry.Add(new PruningScore("relative-magnitude", "its magnitude relative to the mean of its layer", input =>
{
    var scores = Array.ConvertAll(input.State.Weights, weight => Math.Abs((double)weight));
    foreach (var layer in input.Candidates.Where(layer => layer.Length > 0))
    {
        var mean = layer.Average(weight => scores[weight]);
        foreach (var weight in layer) scores[weight] /= Math.Max(mean, double.Epsilon);
    }

    return scores;
}));

// What remains of a layer is in proportion to the square root of its size.
PruningDistributions.Registry.Add(new PruningDistribution(
    "square-root", "densities by the square roots of sizes", budget => budget.Leaving([.. budget.Layers.Select(layer => (long)Math.Sqrt(layer.Parameter.Count))])));

var lab = Laboratory.Open(args.Length > 0 ? args[0] : null);
foreach (var (score, distribution) in new[] { ("magnitude", "global"), ("relative-magnitude", "global"), ("magnitude", "square-root") })
{
    var result = lab.Run("quickstart", new RequestArguments { Levels = 3, Replicates = 1, Set = [$"pruning={score}", $"distribution={distribution}", "steps=200it", "subsample=2000"] });
    Console.WriteLine($"{score}, {distribution}: {result.Verdict}");
    Console.WriteLine(result.Report);
}
