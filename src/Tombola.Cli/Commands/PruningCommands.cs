using System.CommandLine;
using Tombola.Pruning;

namespace Tombola.Cli.Commands;

/// <summary><c>pruning list</c>.</summary>
internal static class PruningCommands
{
    public static Command Create() => new("pruning", "Ways to prune: list the scores and distributions that make one.") { List() };

    private static Command List()
    {
        var json = new CommonOptions().Json;
        var command = new Command(
            "list", "Scores rank weights (--set pruning=NAME), distributions share out removals among layers (--set distribution=NAME).\n\nExample: tombola pruning list") { json };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(json));
            var (scores, distributions) = (PruningScores.Registry.All, PruningDistributions.Registry.All);
            output.Object(new
            {
                Scores = scores.Select(score => new { score.Name, score.Description, score.NeedsExamples, score.Draws, score.Rounds }),
                Distributions = distributions.Select(distribution => new { distribution.Name, distribution.Description, distribution.TakesDensities }),
            });
            output.Table([("Score", false), ("What a weight is worth", false)], scores.Select(score => (IReadOnlyList<string>)[score.Name, score.Description]), wrapped: "What a weight is worth");
            output.Table([("Distribution", false), ("What layers lose", false)], distributions.Select(distribution => (IReadOnlyList<string>)[distribution.Name, distribution.Description]), wrapped: "What layers lose");
            return Application.Success;
        });
        return command;
    }
}
