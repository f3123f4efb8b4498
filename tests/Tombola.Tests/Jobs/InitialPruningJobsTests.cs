using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Jobs;
using Tombola.Pruning;
using Tombola.Reporting;
using Tombola.Tests.Data;
using Tombola.Tests.Training;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Jobs;

/// <summary>Jobs that prune at initialisation.</summary>
public sealed class InitialPruningJobsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("grasp")]
    [InlineData("snip")]
    [InlineData("synflow")]
    public void A_mask_of_one_shot_has_the_exact_density_and_spares_what_is_exempt(string strategy)
    {
        var job = Once(strategy) with { Exempt = ["fc"] };
        var ticket = Workshop.Train(job, 2);
        Workshop.Run(Fresh(), 2, ticket);
        var result = Fresh().Result(job);
        Assert.Equal((int)Math.Round(0.05 * result.Prunable), result.Remaining);
        Assert.Equal(1, result.Layers[^1].Density);
        Assert.Equal(result.Remaining, Fresh().Result(ticket).Remaining);
    }

    [Theory]
    [InlineData("grasp")]
    [InlineData("snip")]
    public void The_mini_batch_is_drawn_by_the_seed_from_the_training_set(string strategy)
    {
        var job = Once(strategy) with { Seed = 5, Batch = 40 };
        var (otherSeed, otherBatch, all, more) = (job with { Seed = 6 }, job with { Batch = 41 }, job with { Batch = 300 }, job with { Batch = 1000 });
        Workshop.Run(Fresh(), 2, job, otherSeed, otherBatch, all, more);
        var (examples, order) = (Workshop.Data.Load(Workshop.Glyphs).Train, new int[300]);
        var stream = new RandomStream(5, RandomStream.Prune);
        stream.Permutation(order, 0);
        var batch = new MiniBatch(new float[40 * 784], [.. order[..40].Select(i => examples.Labels[i])]);
        for (var n = 0; n < 40; n++) examples.Read(order[n], batch.Samples.AsSpan(n * 784, 784));
        var input = new PruningInput(Toy.Network, Workshop.StateOf(Fresh(), Workshop.Initialise), Mask.Full(Toy.Space), new HashSet<string>(), stream) { Batch = batch };
        Assert.Equal(PruningStrategies.Prune(input, strategy, 0.95), MaskOf(job));
        Assert.NotEqual(MaskOf(job), MaskOf(otherSeed));
        Assert.NotEqual(MaskOf(job), MaskOf(otherBatch));
        Assert.Equal(MaskOf(all), MaskOf(more));
    }

    [Fact]
    public void Unless_a_job_says_otherwise_128_examples_are_looked_at()
    {
        var job = Once("snip");
        Workshop.Run(Fresh(), 1, job, job with { Batch = 128 });
        Assert.Equal(MaskOf(job), MaskOf(job with { Batch = 128 }));
    }

    [Fact]
    public void Without_a_data_set_or_with_an_impossible_batch_the_job_stops_with_a_sentence()
    {
        var missing = Assert.Throws<JobsFailedException>(() => Workshop.Run(Fresh(), 1, Once("snip") with { Data = null }));
        Assert.Contains("Name the data set to draw them from", missing.Message, StringComparison.Ordinal);
        var negative = Assert.Throws<JobsFailedException>(() => Workshop.Run(Fresh(), 1, Once("snip") with { Batch = -1 }));
        Assert.Contains("-1 examples", negative.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_and_batch_are_left_out_of_the_key_unless_asked_for()
    {
        Assert.Equal(Workshop.Prune.Key, (Workshop.Prune with { Data = null, Batch = 0 }).Key);
        var job = Once("snip");
        Assert.Equal("fb50246be8e3c81b", job.Describe()["data"]!["fingerprint"]!.GetValue<string>());
        Assert.Equal(40, (job with { Batch = 40 }).Describe()["batch"]!.GetValue<int>());
        Assert.Equal(3, new[] { job, job with { Batch = 40 }, job with { Data = job.Data! with { Subsample = 299 } } }.Select(variant => variant.Key).Distinct().Count());
    }

    [Fact]
    public void The_cost_grows_with_the_passes()
    {
        var pass = 1.5 * Toy.Network.Flops;
        Assert.Equal(128 * pass, Once("snip").Cost - Workshop.Prune.Cost);
        Assert.Equal(3 * 40 * pass, (Once("grasp") with { Batch = 40 }).Cost - Workshop.Prune.Cost);
        Assert.True(Once("synflow").Cost - Workshop.Prune.Cost >= 100 * pass);
    }

    private static PruneJob Once(string strategy) => new()
    {
        Model = Workshop.Model,
        State = Workshop.Initialise,
        Strategy = strategy,
        Density = 0.05,
        Data = strategy == "synflow" ? null : Workshop.Glyphs,
    };

    private Mask MaskOf(PruneJob job) => StateFile.ReadMask(Fresh().FileOf(job, PruneResult.FileName), Toy.Space);

    private Store Fresh() => new(_folder.FullPath);
}
