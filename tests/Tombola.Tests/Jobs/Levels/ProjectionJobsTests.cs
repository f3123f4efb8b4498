using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Tests.Data;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Jobs;

public sealed class ProjectionJobsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Store Store => new(_folder.FullPath);

    public void Dispose() => _folder.Dispose();

    private static PerturbJob Perturb { get; } = new() { Model = Workshop.Model, State = Workshop.Initialise, Mask = Workshop.Prune, Next = Sparser, Scale = 1, Seed = 7 };

    private static PruneJob Sparser => Workshop.Prune with { State = Workshop.Ticket, Mask = Workshop.Prune };

    [Fact]
    public void A_projection_is_the_state_with_zeros_where_the_mask_has_them()
    {
        var job = new ProjectJob { Model = Workshop.Model, State = Workshop.Dense, Mask = Workshop.Prune };
        Workshop.Run(Store, 2, job);
        var (state, mask) = (Store.State(Workshop.Dense), MaskOf(Workshop.Prune));
        var sum = 0.0;
        for (var i = 0; i < state.Weights.Length; i++)
        {
            Assert.Equal(mask[i] ? state.Weights[i] : 0, Store.State(job).Weights[i]);
            if (!mask[i]) sum += (double)state.Weights[i] * state.Weights[i];
        }

        var result = Store.Result(job);
        Assert.Equal(Math.Sqrt(sum), result.Distance, 1e-12);
        Assert.Equal((mask.Remaining, Toy.Space.PrunableCount), (result.Remaining, result.Prunable));
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(4)]
    public void A_perturbation_stays_within_the_mask_and_is_as_long_as_some_times_what_the_next_mask_prunes(double scale)
    {
        var job = Perturb with { Scale = scale };
        Workshop.Run(Store, 2, job);
        var (start, moved, mask, next) = (Store.State(Workshop.Initialise), Store.State(job), MaskOf(Workshop.Prune), MaskOf(Sparser));
        var (length, pruned) = (0.0, 0.0);
        var prunable = Toy.Space.Prunable.SelectMany(parameter => Enumerable.Range(parameter.Offset, parameter.Count)).ToHashSet();
        for (var i = 0; i < start.Weights.Length; i++)
        {
            if (!prunable.Contains(i)) Assert.Equal(start.Weights[i], moved.Weights[i]);
            else if (!mask[i]) Assert.Equal(0, moved.Weights[i]);
            else length += Math.Pow(moved.Weights[i] - start.Weights[i], 2);
            if (mask[i] && !next[i]) pruned += Math.Pow(start.Weights[i], 2);
        }

        Assert.Equal(scale * Math.Sqrt(pruned), Math.Sqrt(length), 1e-5 * scale);
        Assert.Equal(scale * Math.Sqrt(pruned), Store.Result(job).Length, 1e-12);
    }

    [Fact]
    public void The_direction_comes_from_the_seed_and_is_the_same_for_all_lengths()
    {
        PerturbJob[] jobs = [Perturb, Perturb with { Scale = 2 }, Perturb with { Seed = 8 }];
        Workshop.Run(Store, 2, jobs);
        var start = Store.State(Workshop.Initialise).Under(MaskOf(Workshop.Prune));
        var moves = jobs.Select(job => Store.State(job).Weights.Zip(start.Weights, (to, from) => (double)to - from).ToArray()).ToArray();
        Assert.Equal(1, Cosine(moves[0], moves[1]), 1e-6);
        Assert.Equal(0, Cosine(moves[0], moves[2]), 0.05);

        static double Cosine(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum() / Math.Sqrt(x.Sum(a => a * a) * y.Sum(b => b * b));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.MinValue)]
    public void A_length_that_cannot_be_is_refused_in_a_sentence(double scale)
    {
        var failure = Assert.Throws<JobsFailedException>(() => Workshop.Run(Store, 2, Perturb with { Scale = scale }));
        Assert.Contains("times the norm of the pruned weights; it must be a number above 0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_that_leaves_nothing_is_refused_in_a_sentence()
    {
        var (space, nothing) = (Toy.Space, new Mask(Toy.Space, i => !Toy.Space.Prunable.Any(parameter => i >= parameter.Offset && i < parameter.Offset + parameter.Count)));
        Assert.Contains("leaves no weight", Assert.Throws<SettingException>(() => RandomPerturbation.Of(new NetworkState(space), nothing, 1, new Engine.Numerics.RandomStream(1, "probe"))).Message, StringComparison.Ordinal);
        var empty = new EmptyMaskJob { Model = Workshop.Model };
        var failure = Assert.Throws<JobsFailedException>(() => Workshop.Run(Store, 2, new ProjectJob { Model = Workshop.Model, State = Workshop.Initialise, Mask = empty }));
        Assert.Contains("leaves no weight at all", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Magnitudes_are_counted_before_pruning_after_it_and_after_retraining()
    {
        var job = new MagnitudesJob { Model = Workshop.Model, Before = Workshop.Dense, Mask = Workshop.Prune, After = Workshop.Ticket };
        Workshop.Run(Store, 2, job);
        var result = Store.Result(job);
        var (before, after, mask) = (Store.State(Workshop.Dense), Store.State(Workshop.Ticket), MaskOf(Workshop.Prune));
        int[] prunable = [.. Toy.Space.Prunable.SelectMany(parameter => Enumerable.Range(parameter.Offset, parameter.Count))];
        var threshold = prunable.Where(i => !mask[i]).Max(i => Math.Abs(before.Weights[i]));
        Assert.Equal(threshold, result.Threshold);
        Assert.Equal(prunable.Count(i => mask[i] && Math.Abs(before.Weights[i]) > threshold && Math.Abs(after.Weights[i]) <= threshold), result.NewlySmall);
        Assert.Equal(mask.Remaining, result.Remaining);
        Assert.True(result.NewlySmall > 0);
        Assert.Equal(prunable.Count(i => before.Weights[i] != 0), result.Bins.Sum(bin => bin.Before));
        Assert.Equal(prunable.Count(i => mask[i] && before.Weights[i] != 0), result.Bins.Sum(bin => bin.Kept));
        Assert.Equal(prunable.Count(i => mask[i] && after.Weights[i] != 0), result.Bins.Sum(bin => bin.After));
        foreach (var bin in result.Bins.Skip(1))
        {
            Assert.Equal(prunable.Count(i => Math.Abs(before.Weights[i]) >= bin.Low && Math.Abs(before.Weights[i]) < bin.High), bin.Before);
            Assert.True(bin.High / bin.Low is > 1.1 and <= 1.25);
        }
    }

    private Mask MaskOf(Job<PruneResult> job) => StateFile.ReadMask(Store.FileOf(job, PruneResult.FileName), Toy.Space);

    /// <summary>A mask that no pruning makes.</summary>
    private sealed record EmptyMaskJob : Job<PruneResult>
    {
        public override string Kind => "empty-mask";

        public required string Model { get; init; }

        public override IEnumerable<Job> Inputs => [];

        public override string Title => "prune everything";

        public override double Cost => 1;

        protected internal override PruneResult Run(JobContext context) =>
            PruneResult.Write(context, new Mask(Toy.Space, i => !Toy.Space.Prunable.Any(parameter => i >= parameter.Offset && i < parameter.Offset + parameter.Count)));
    }
}
