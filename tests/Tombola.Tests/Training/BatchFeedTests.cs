using FsCheck;
using FsCheck.Fluent;
using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Training;

public sealed class BatchFeedTests
{
    /// <summary>Readers (0: none), examples, examples in a mini-batch, and what to draw from.</summary>
    private static readonly Arbitrary<(int Readers, int Count, int Batch, ulong Seed)> Feeds =
        (from readers in Gen.Choose(0, 3)
         from count in Gen.Choose(1, 60)
         from batch in Gen.Choose(1, 60)
         from seed in Gen.Choose(0, 1000)
         select (readers, count, Math.Min(batch, count), (ulong)seed)).ToArbitrary();

    [Fact]
    public void Every_epoch_visits_each_example_once_and_only_its_last_mini_batch_is_smaller() => Prop.ForAll(Feeds, drawn =>
    {
        var perEpoch = Trainer.StepsPerEpoch(drawn.Count, drawn.Batch);
        var examples = new SlowImages(Numbered(drawn.Count), drawn.Readers).Examples();
        using var feed = new BatchFeed(examples, new EpochOrder(drawn.Count, drawn.Seed), drawn.Batch, end: 3 * perEpoch);
        var orders = new HashSet<string>();
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var visited = new List<int>();
            for (var place = 0; place < perEpoch; place++)
            {
                var count = feed.MoveTo((epoch * perEpoch) + place);
                Assert.Equal(place < perEpoch - 1 ? drawn.Batch : drawn.Count - (drawn.Batch * (perEpoch - 1)), count);
                visited.AddRange(Enumerable.Range(0, count).Select(n => NumberOf(feed, n)));
            }

            Assert.Equal(Enumerable.Range(0, drawn.Count), visited.Order());
            orders.Add(string.Join(' ', visited));
        }

        // Of 20 examples, two orders agree once in 20! times.
        Assert.True(drawn.Count < 20 || orders.Count == 3);
    }).QuickCheckThrowOnFailure();

    /// <summary>Forwards, back, again and far ahead: what was read ahead of a jump is dropped.</summary>
    [Fact]
    public void A_mini_batch_is_the_same_whatever_was_asked_for_before_it() => Prop.ForAll(Feeds, Gen.Choose(0, 40).ArrayOf().ToArbitrary(), (drawn, jumps) =>
    {
        var noise = new FlipCrop(drawn.Seed);
        using var feed = new BatchFeed(new SlowImages(Toy.Data.Train, drawn.Readers).Examples(), new EpochOrder(200, drawn.Seed), drawn.Batch, noise, end: 30);
        var (expected, sample) = (new float[784], new float[784]);
        var perEpoch = Trainer.StepsPerEpoch(200, drawn.Batch);
        foreach (var batch in jumps.SelectMany(jump => new[] { jump, jump + 1 }))
        {
            var count = feed.MoveTo(batch);
            var (epoch, place) = ((uint)(batch / perEpoch), batch % perEpoch * drawn.Batch);
            var order = new EpochOrder(200, drawn.Seed).Of(epoch)[place..];
            for (var n = 0; n < count; n++)
            {
                Toy.Data.Train.Read(order[n], noise.Of(epoch, order[n]), expected);
                feed.Read(n, sample);
                Assert.Equal((Toy.Data.Train.Labels[order[n]], true), (feed.Label(n), expected.AsSpan().SequenceEqual(sample)));
            }
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public void A_plan_is_given_examples_and_labels()
    {
        var examples = new SlowImages(Toy.Data.Train, 2).Examples();
        using var plan = Backends.Cpu.Compile(new PlanRequest(Toy.Network, 30));
        using var feed = new BatchFeed(examples, new EpochOrder([5, 199, 5]), 2);
        Assert.Equal(2, feed.Fill(0, plan));
        AssertHas(0, 5);
        AssertHas(1, 199);
        Assert.Equal(1, feed.Fill(1, plan));
        AssertHas(0, 5);

        void AssertHas(int n, int example)
        {
            var sample = new float[784];
            examples.Read(example, sample);
            Assert.True(sample.AsSpan().SequenceEqual(plan.Sample(n)));
            Assert.Equal(examples.Labels[example], plan.Labels[n]);
        }
    }

    [Fact]
    public void What_is_slow_is_read_ahead_by_other_threads_but_never_beyond_the_end()
    {
        var images = new SlowImages(Numbered(50), 2);
        using (var feed = new BatchFeed(images.Examples(), EpochOrder.InTurn(50), 5, end: 7))
        {
            feed.MoveTo(0);
            Assert.True(SpinWait.SpinUntil(() => images.Reads.Count == 35, TimeSpan.FromSeconds(60)));
            for (var batch = 1; batch < 7; batch++) feed.MoveTo(batch);
        }

        Assert.Equal(Enumerable.Range(0, 35), images.Reads.Keys.Order());
        Assert.All(images.Reads.Values, reads => Assert.Equal(1, reads));
        Assert.DoesNotContain(Thread.CurrentThread, images.Threads.Keys);
    }

    [Fact]
    public void What_is_in_memory_is_read_by_the_thread_that_wants_it_when_it_wants_it()
    {
        var images = new SlowImages(Numbered(50), 0);
        using var feed = new BatchFeed(images.Examples(), EpochOrder.InTurn(50), 5);
        feed.MoveTo(0);
        Assert.Empty(images.Reads);
        feed.Read(3, new float[1]);
        Assert.Equal([3], images.Reads.Keys);
        Assert.Equal([Thread.CurrentThread], images.Threads.Keys);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_first_example_that_cannot_be_read_fails_its_mini_batch_and_no_other(int readers)
    {
        var images = new SlowImages(Numbered(50), readers)
        {
            OnRead = index =>
            {
                if (index is 13 or 14 or 24) throw new InvalidDataException($"/images/{index}.pgm: the file is damaged.");
            },
        };
        using var feed = new BatchFeed(images.Examples(), EpochOrder.InTurn(50), 10);
        feed.MoveTo(0);
        for (var again = 0; again < 2; again++)
        {
            Assert.Equal("/images/13.pgm: the file is damaged.", Assert.Throws<InvalidDataException>(() => { feed.MoveTo(1); }).Message);
        }

        Assert.Equal("/images/24.pgm: the file is damaged.", Assert.Throws<InvalidDataException>(() => { feed.MoveTo(2); }).Message);
        feed.MoveTo(3);
        Assert.Equal(31, NumberOf(feed, 1));
    }

    [Fact]
    public void Disposal_leaves_no_thread_behind_also_while_images_are_read()
    {
        var images = new SlowImages(Numbered(200), 4);
        for (var run = 0; run < 50; run++)
        {
            using var feed = new BatchFeed(images.Examples(), new EpochOrder(200, 1), 10);
            if (run % 3 > 0) feed.MoveTo(run % 20);
        }

        Assert.NotEmpty(images.Threads);
        Assert.All(images.Threads.Keys, thread => Assert.False(thread.IsAlive));
    }

    /// <summary>One pixel an image, which tells its number.</summary>
    private static ExampleSource Numbered(int count) =>
        ExampleSource.FromBytes(new Shape(1, 1, 1), [.. Enumerable.Range(0, count).Select(i => (byte)i)], [.. Enumerable.Range(0, count).Select(i => i % 7)], 7);

    private static int NumberOf(BatchFeed feed, int place)
    {
        var sample = new float[1];
        feed.Read(place, sample);
        var number = (int)MathF.Round(sample[0] * 255);
        Assert.Equal(number % 7, feed.Label(place));
        return number;
    }
}
