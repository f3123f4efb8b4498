using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;

namespace Tombola.Measuring;

/// <summary>How reports speak of a plane.</summary>
/// <param name="Where">Such as "on the plane through a, b and c".</param>
/// <param name="X">Title of its first direction.</param>
/// <param name="Y">Title of its second direction.</param>
/// <param name="Joined">Whether the networks are places on a way.</param>
/// <param name="Choices">What a reader should know of it.</param>
internal sealed record PlaneWords(string Where, string X, string Y, bool Joined, IReadOnlyList<Choice> Choices)
{
    public static PlaneWords Of(PlaneJob job, PlaneResult plane, IReadOnlyList<SurveyedNetwork> networks)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(plane);
        ArgumentNullException.ThrowIfNull(networks);
        var first = networks[0].Label;
        return job.Directions switch
        {
            PlaneDirections.Networks => new PlaneWords(
                $"on the plane through {first}, {networks[1].Label} and {networks[2].Label}",
                $"Distance from {first} towards {networks[1].Label}",
                $"Distance at a right angle, towards {networks[2].Label}",
                false,
                [new Choice("Directions", "through three networks", "x runs from the first to the second, y at a right angle to it towards the third, both in Euclidean lengths over all weights (Garipov et al. 2018).")]),
            PlaneDirections.Random => new PlaneWords(
                $"on a random plane through {first}",
                "First random direction (1: as long as the filters)",
                "Second random direction",
                false,
                [new Choice("Directions", $"random, seed {job.Seed}", "Gaussian, each filter's part as long as the filter itself (Li et al. 2018). Biases, batch norm and weights that are zero stay as they are; the two directions are not made orthogonal.")]),
            _ => new PlaneWords(
                "on the plane of the training's principal components",
                $"First principal component ({InWords.Percent(plane.Explained![0], 1)})",
                $"Second principal component ({InWords.Percent(plane.Explained![1], 1)})",
                true,
                [
                    new Choice("Directions", "principal components", "Of the ways from (0, 0) to the states that the store keeps of the training, its start included (Li et al. 2018). In brackets: the part of the sum of their squared lengths that lies along each."),
                    new Choice("Marks", "each state's nearest point", "The table says how far the state is from there; its loss and error are its own."),
                ]),
        };
    }
}
