using Tombola.Jobs;
using Tombola.Reporting;
using Tombola.Tests.Data;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Jobs;

public sealed class ShuffleSignsJobTests : IDisposable
{
    private static readonly ShuffleSignsJob Shuffle = new() { Model = Workshop.Model, State = Workshop.Dense, Seed = 7 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Its_text_names_state_and_seed()
    {
        Assert.Equal(
            $$"""{"bits":1,"kind":"shuffle-signs","model":"mnist_lenet_20","seed":7,"state":"{{Workshop.Dense.Key}}"}""",
            Shuffle.Describe().ToJsonString());
    }

    [Fact]
    public void Magnitudes_stay_in_place_and_every_layer_keeps_its_number_of_negative_signs()
    {
        var store = new Store(_folder.FullPath);
        Workshop.Run(store, 2, Shuffle);
        var (before, after) = (Workshop.StateOf(store, Workshop.Dense), Workshop.StateOf(store, Shuffle));
        foreach (var parameter in Toy.Space.Parameters)
        {
            var (was, now) = (before[parameter].ToArray(), after[parameter].ToArray());
            Assert.Equal(was.Select(MathF.Abs), now.Select(MathF.Abs));
            Assert.Equal(was.Count(float.IsNegative), now.Count(float.IsNegative));
            Assert.Equal(parameter.Prunable, was.Zip(now).Any(pair => float.IsNegative(pair.First) != float.IsNegative(pair.Second)));
        }
    }

    [Fact]
    public void The_seed_decides_and_nothing_else_does()
    {
        var other = Shuffle with { Seed = 8 };
        using var second = new TemporaryFolder();
        var (one, two) = (new Store(_folder.FullPath), new Store(second.FullPath));
        Workshop.Run(one, 1, Shuffle, other);
        Workshop.Run(two, 3, Shuffle);
        Assert.True(Toy.SameBits(Workshop.StateOf(one, Shuffle), Workshop.StateOf(two, Shuffle)));
        Assert.False(Toy.SameBits(Workshop.StateOf(one, Shuffle), Workshop.StateOf(one, other)));
    }
}
