using System.Collections.Concurrent;
using Tombola.Engine.Execution;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Reporting;
using Tombola.Tests.Data;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Jobs;

public sealed class LocalExecutorTests : IDisposable
{
    private static readonly Lazy<SortedDictionary<string, string>> Whole = new(() =>
    {
        using var folder = new TemporaryFolder();
        var store = new Store(folder.FullPath);
        Workshop.Run(store, 1, Workshop.Walk);
        return Workshop.Contents(store);
    });

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_file_has_the_same_bits_for_one_worker_and_for_two()
    {
        Workshop.Run(Fresh(), 2, Workshop.Walk);
        Assert.Equal(Workshop.Count, Fresh().Entries().Count);
        Assert.Equal(Whole.Value, Workshop.Contents(Fresh()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_job_that_many_need_runs_once_and_after_its_inputs(int workers)
    {
        var log = new ConcurrentQueue<int>();
        Workshop.Run(Fresh(), workers, Diamond(log));
        var order = log.ToList();
        Assert.Equal([0, 1, 2, 3, 4], order.Order());
        Assert.Equal((0, 4), (order[0], order[^1]));
    }

    [Fact]
    public void What_the_store_has_is_not_computed_again()
    {
        Workshop.Run(Fresh(), 1, Diamond([]));
        var (log, reports) = (new ConcurrentQueue<int>(), new Reports());
        new LocalExecutor(Fresh(), Workshop.Data, 1).Run([Diamond(log)], reports, CancellationToken.None);
        Assert.Empty(log);
        Assert.Empty(reports.Heard);
    }

    [Fact]
    public void Progress_ends_with_everything_done()
    {
        var reports = new Reports();
        new LocalExecutor(Fresh(), Workshop.Data, 2).Run([Diamond([])], reports, CancellationToken.None);
        var last = reports.Heard.Last();
        Assert.Equal((5, 5, 1.0), (last.Done, last.Total, last.Fraction));
        Assert.Empty(last.Running);
    }

    [Fact]
    public void A_job_that_fails_fails_what_needs_it_with_its_own_sentence_and_the_rest_is_computed()
    {
        var log = new ConcurrentQueue<int>();
        var good = new TallyJob { Number = 1, Log = log };
        var bad = new TallyJob
        {
            Number = 2,
            Needs = [good],
            Act = context =>
            {
                File.WriteAllText(context.PathOf("half.txt"), "half");
                throw new ArithmeticException("The dice fell off the table.");
            },
        };
        var after = new TallyJob { Number = 3, Needs = [bad], Log = log };
        var last = new TallyJob { Number = 4, Needs = [after, good], Log = log };
        var beside = new TallyJob { Number = 5, Needs = [good], Log = log };
        var failure = Assert.Single(Assert.Throws<JobsFailedException>(() => Workshop.Run(Fresh(), 2, last, beside)).Failures);
        Assert.Equal((bad.Key, bad.Title, "The dice fell off the table.", 2), (failure.Key, failure.Title, failure.Sentence, failure.Dependents));
        Assert.Equal([1, 5], log.Order());
        Assert.Equal(new[] { good.Key, beside.Key }.Order(), Fresh().Entries().Select(entry => entry.Key).Order());
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("partial")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("claims")));
    }

    [Fact]
    public void Training_that_explodes_says_so_and_leaves_no_entry()
    {
        var job = Workshop.Dense with { Recipe = Workshop.Dense.Recipe with { Optimizer = "sgd", LearningRate = 999, WeightDecay = 0.9 } };
        Assert.Contains("not finite at step", Assert.Throws<JobsFailedException>(() => Workshop.Run(Fresh(), 1, job)).Message, StringComparison.Ordinal);
        Assert.Equal([Workshop.Initialise.Key], Fresh().Entries().Select(entry => entry.Key));
    }

    [Fact]
    public void A_graph_that_was_cancelled_midway_finishes_with_the_same_bits()
    {
        using var stop = new CancellationTokenSource();

        // So costly a job goes first and cancels while training and walking still lie ahead; the same executor then does the rest.
        var off = new TallyJob { Number = 1, Needs = [Workshop.Prune], Weight = 1e15, Act = _ => stop.Cancel() };
        var executor = new LocalExecutor(Fresh(), Workshop.Data, 1);
        Assert.Throws<JobsStoppedException>(() => executor.Run([off, new TallyJob { Number = 2, Needs = [off, Workshop.Walk] }], null, stop.Token));
        Assert.True(Fresh().Contains(Workshop.Prune));
        Fresh().Remove(off.Key);
        Assert.True(Fresh().Entries().Count < Workshop.Count);
        executor.Run([Workshop.Walk], null, CancellationToken.None);
        Assert.Equal(Whole.Value, Workshop.Contents(Fresh()));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.6)]
    public void Training_that_was_cancelled_goes_on_from_its_checkpoint_to_the_same_bits(double stopAt)
    {
        using var stop = new CancellationTokenSource();
        using var team = new ThreadTeam(1);
        Workshop.Run(Fresh(), 1, Workshop.Prune);
        using (var claim = Fresh().Claim(Workshop.Ticket).Claim!)
        {
            var context = Workshop.Until(stopAt, stop, Fresh(), claim.Folder, team);
            Assert.Throws<OperationCanceledException>(() => { Workshop.Ticket.Run(context); });
            var (checkpoint, _) = CheckpointFile.TakeOver(context, Workshop.Ticket)!.Value;
            Assert.InRange(checkpoint.Step, stopAt * 100, 99);
        }

        Assert.False(Fresh().Contains(Workshop.Ticket));
        Workshop.Run(Fresh(), 1, Workshop.Walk);
        Assert.Equal(Whole.Value, Workshop.Contents(Fresh()));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_read_is_passed_over()
    {
        var store = Fresh();
        using (var claim = store.Claim(Workshop.Dense).Claim!) File.WriteAllText(Path.Combine(claim.Folder, "checkpoint.safetensors"), "not a checkpoint");
        Workshop.Run(store, 1, Workshop.Walk);
        Assert.Equal(Whole.Value, Workshop.Contents(Fresh()));
    }

    [Fact]
    public void Two_executors_on_one_store_share_the_work_and_run_each_job_once()
    {
        var log = new ConcurrentQueue<int>();
        using var start = new Barrier(2);
        var failures = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            try
            {
                // Each has jobs, a store and an executor of its own, as two processes would.
                var rows = new List<Job>();
                for (var i = 0; i < 40; i++) rows.Add(new TallyJob { Number = i, Log = log, Needs = i < 8 ? [] : [rows[i - 8], rows[i - 1]] });
                start.SignalAndWait();
                Workshop.Run(Fresh(), 2, [.. rows]);
                Assert.All(rows, job => Assert.True(Fresh().Contains(job)));
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                failures.Enqueue(failure);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Empty(failures);
        Assert.Equal(Enumerable.Range(0, 40), log.Order());
    }

    [Fact]
    public void Two_children_with_the_same_noise_are_one_network()
    {
        var (child, twin) = (Workshop.Train(null, 4), Workshop.Train(null, 4));
        var compare = new CompareJob { Model = Workshop.Model, First = child, Second = twin, Data = Workshop.Glyphs };
        var walk = new PathJob { Model = Workshop.Model, First = child, Second = twin, Data = Workshop.Glyphs, Points = 5 };
        var train = walk with { OnTrainingSet = true };
        Workshop.Run(Fresh(), 2, compare, walk, train);
        Assert.Equal(child.Key, twin.Key);
        Assert.Equal(new CompareResult(0, 0, 1, 0, 0), Fresh().Result(compare));
        var path = Fresh().Result(walk);
        Assert.Single(path.Points.Select(point => point.Error).Distinct());
        Assert.Equal((0, 0), (path.Barrier.Height, Fresh().Result(train).Barrier.Height));
        Assert.NotEqual(path.Points[0].Loss, Fresh().Result(train).Points[0].Loss);
        Assert.Equal(path.Points[0].Error, Fresh().Result(child).Last.TestError);
    }

    [Fact]
    public void A_state_is_evaluated_on_either_set()
    {
        var (test, train) = (Workshop.Evaluate, Workshop.Evaluate with { OnTrainingSet = true });
        Workshop.Run(Fresh(), 2, test, train);
        var last = Fresh().Result(Workshop.Ticket).Last;
        Assert.Equal(new EvaluateResult(last.TestLoss, last.TestError), Fresh().Result(test));

        var examples = Workshop.Data.Load(Workshop.Glyphs).Train;
        using var plan = Backends.Cpu.Compile(new PlanRequest(Toy.Network, 1));
        plan.Load(Workshop.StateOf(Fresh(), Workshop.Ticket));
        var (wrong, loss) = (0, 0.0);
        for (var n = 0; n < examples.Count; n++)
        {
            examples.Read(n, plan.Sample(0));
            plan.Labels[0] = examples.Labels[n];
            loss += plan.Evaluate(1).LossSum;
            if (plan.Prediction(0) != examples.Labels[n]) wrong++;
        }

        var found = Fresh().Result(train);
        Assert.Equal(300, examples.Count);
        Assert.Equal(wrong / 300.0, found.Error, 1e-12);
        Assert.Equal(loss / 300, found.Loss, 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_evaluation_can_be_cancelled(bool onTrainingSet)
    {
        Workshop.Run(Fresh(), 1, Workshop.Ticket);
        var stopped = new CancellationToken(canceled: true);
        using var team = new ThreadTeam(1);
        var context = new JobContext { Store = Fresh(), Data = Workshop.Data, Folder = _folder.FullPath, Team = team, Cancellation = stopped, Advance = _ => { } };
        Assert.Throws<OperationCanceledException>(() => { (Workshop.Evaluate with { OnTrainingSet = onTrainingSet }).Run(context); });
    }

    [Fact]
    public void A_pruned_network_stays_pruned_in_the_store()
    {
        Workshop.Run(Fresh(), 2, Workshop.Ticket);
        var pruned = Fresh().Result(Workshop.Prune);
        var mask = StateFile.ReadMask(Fresh().FileOf(Workshop.Prune, PruneResult.FileName), Toy.Space);
        Assert.Equal((15_880 - 3_176, 15_880, mask.Remaining), (pruned.Remaining, pruned.Prunable, pruned.Remaining));
        Assert.True(mask.HoldsFor(Workshop.StateOf(Fresh(), Workshop.Ticket).Weights));
        Assert.Equal(pruned.Remaining, Fresh().Result(Workshop.Ticket).Remaining);
        Assert.Equal([.. Enumerable.Range(1, 10).Select(line => line * 10L)], Fresh().Metrics(Workshop.Ticket).Select(line => line.Step));
    }

    private Store Fresh() => new(_folder.FullPath);

    private static TallyJob Diamond(ConcurrentQueue<int> log)
    {
        var root = new TallyJob { Number = 0, Log = log };
        return new TallyJob { Number = 4, Log = log, Needs = [.. Enumerable.Range(1, 3).Select(i => new TallyJob { Number = i, Log = log, Needs = [root] })] };
    }

    private sealed class Reports : IProgress<JobProgress>
    {
        public List<JobProgress> Heard { get; } = [];

        public void Report(JobProgress value) => Heard.Add(value);
    }
}
