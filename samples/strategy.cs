#:project ../src/Tombola/Tombola.csproj
#:property PublishAot=false

// A pruning strategy of one's own inside a study: the smallest weights relative to the mean magnitude of their layer go first.
using Tombola;
using Tombola.Pruning;
using Tombola.Studies;

PruningStrategies.Registry.Add(new PruningStrategy("relative-magnitude", input => input.Candidates
    .SelectMany(layer =>
    {
        var mean = layer.Length == 0 ? 1 : layer.Average(weight => Math.Abs((double)input.State.Weights[weight]));
        return layer.Select(weight => (Weight: weight, Score: Math.Abs((double)input.State.Weights[weight]) / mean));
    })
    .OrderBy(scored => scored.Score).ThenBy(scored => scored.Weight)
    .Take(input.Remove)
    .Select(scored => scored.Weight)));

var lab = Laboratory.Open(args.Length > 0 ? args[0] : null);
foreach (var strategy in new[] { "magnitude", "relative-magnitude" })
{
    var result = lab.Run("quickstart", new RequestArguments { Levels = 3, Replicates = 1, Set = [$"pruning={strategy}", "steps=200it", "subsample=2000"] });
    Console.WriteLine($"{strategy}: {result.Verdict}");
    Console.WriteLine(result.Report);
}
