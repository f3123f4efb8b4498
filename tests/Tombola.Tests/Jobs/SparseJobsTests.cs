using Tombola.Engine.Memory;
using Tombola.Jobs;
using Tombola.Reporting;
using Tombola.Tests.Data;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Jobs;

/// <summary>Jobs of networks so thin that they are computed sparsely.</summary>
public sealed class SparseJobsTests : IDisposable
{
    private static readonly PruneJob Thin = Workshop.Prune with { Fraction = 0, Density = 0.03 };

    private static readonly TrainJob Ticket = Workshop.Train(Thin, 2);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.6)]
    public void Training_that_was_cancelled_goes_on_from_its_checkpoint_to_the_same_bits(double stopAt)
    {
        using var other = new TemporaryFolder();
        var whole = new Store(other.FullPath);
        Workshop.Run(whole, 1, Ticket);
        Assert.InRange(whole.Result(Ticket).Skipped, 0.5, 1);

        using var stop = new CancellationTokenSource();
        using var team = new ThreadTeam(1);
        Workshop.Run(Fresh(), 1, Thin);
        using (var claim = Fresh().Claim(Ticket).Claim!)
        {
            var context = Workshop.Until(stopAt, stop, Fresh(), claim.Folder, team);
            Assert.Throws<OperationCanceledException>(() => { Ticket.Run(context); });
            var (checkpoint, _) = CheckpointFile.TakeOver(context, Ticket)!.Value;
            Assert.InRange(checkpoint.Step, stopAt * 100, 99);
        }

        Assert.False(Fresh().Contains(Ticket));
        Workshop.Run(Fresh(), 2, Ticket);
        Assert.Equal(Workshop.Contents(whole), Workshop.Contents(Fresh()));
    }

    [Fact]
    public void Dense_kernels_make_a_network_of_their_own_that_does_nearly_the_same()
    {
        var (dense, copy) = (Ticket with { Kernels = KernelNames.Dense }, Workshop.Train(Thin, 3));
        var walk = new PathJob { Model = Workshop.Model, First = Ticket, Second = copy, Data = Workshop.Glyphs, Points = 5 };
        var compare = new CompareJob { Model = Workshop.Model, First = Ticket, Second = copy, Mask = Thin, Data = Workshop.Glyphs };
        var (denseWalk, denseCompare) = (walk with { Kernels = KernelNames.Dense }, compare with { Kernels = KernelNames.Dense });
        Workshop.Run(Fresh(), 2, dense, walk, compare, denseWalk, denseCompare);
        var (sparseResult, denseResult) = (Fresh().Result(Ticket), Fresh().Result(dense));
        Assert.Equal((0, sparseResult.Remaining), (denseResult.Skipped, denseResult.Remaining));
        Assert.Equal(denseResult.Last.TestLoss, sparseResult.Last.TestLoss, 1e-3);
        foreach (var (point, other) in Fresh().Result(walk).Points.Zip(Fresh().Result(denseWalk).Points)) Assert.Equal(other.Loss, point.Loss, 1e-4);
        var (found, expected) = (Fresh().Result(compare), Fresh().Result(denseCompare));
        Assert.Equal((expected.L2, expected.Angle), (found.L2, found.Angle));
        Assert.Equal(expected.LossDistance, found.LossDistance, 1e-3);
    }

    [Fact]
    public void Kernels_that_do_not_exist_stop_a_job_with_a_sentence()
    {
        var failure = Assert.Throws<JobsFailedException>(() => Workshop.Run(Fresh(), 1, Ticket with { Kernels = "fast" }));
        Assert.Contains("There are no 'fast' kernels", failure.Message, StringComparison.Ordinal);
    }

    private Store Fresh() => new(_folder.FullPath);
}
