using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>What a plan computes forwards, against the network in float64, and what it must not depend on.</summary>
public class PlanForwardTests
{
    /// <summary>
    /// A logit is made of up to 784 products of total size about 12; their roundings of 2^-24 walk at random to about 28 x 6e-8 x 12 = 2e-5.
    /// The loss moves no more than twice as far as the logits.
    /// </summary>
    private const double Tolerance = 2e-5;

    private static readonly Network Network = Workbench.Small;

    /// <summary>Batch sizes below, at and above a vector and a block, whole and partly filled.</summary>
    public static TheoryData<int, int> BatchesAndCounts => new()
    {
        { 1, 1 }, { 5, 5 }, { 5, 3 }, { 16, 16 }, { 17, 17 }, { 40, 33 }, { 60, 60 }, { 60, 1 }, { 64, 64 }, { 64, 63 },
        { 100, 100 }, { 100, 64 }, { 100, 65 }, { 130, 130 }, { 130, 128 }, { 130, 50 },
    };

    [Theory]
    [MemberData(nameof(BatchesAndCounts))]
    public void Logits_losses_and_hits_are_those_of_the_network_in_float64(int batch, int count)
    {
        var (samples, labels, state) = (Workbench.Samples(Network, batch), Workbench.Labels(Network, batch), Workbench.State(Network));
        var twin = new ReferenceNetwork(Network, state.Weights);
        foreach (var training in new[] { false, true })
        {
            using var plan = new Plan(Network, null, batch, training);
            plan.Load(state);
            plan.Fill(samples, labels);
            var loss = plan.Evaluate(count);
            var expected = Enumerable.Range(0, count).Select(n => (Logits: twin.Logits(samples[n]), Label: labels[n])).ToArray();
            var references = expected.Select(e => ReferenceLoss.Of(e.Logits, e.Label)).ToArray();
            Assert.Equal((count, count, count), (loss.Samples, plan.Losses.Length, plan.Hits.Length));
            Assert.Equal(references.Count(r => r.Hit), loss.Hits);
            Assert.Equal(references.Average(r => r.Loss), loss.Loss, 2 * Tolerance);
            for (var n = 0; n < count; n++)
            {
                Assert.Equal(references[n].Loss, plan.Losses[n], 2 * Tolerance);
                Assert.Equal(references[n].Hit ? 1 : 0, plan.Hits[n]);
                for (var c = 0; c < Network.Classes; c++) Assert.Equal(expected[n].Logits[c], plan.Logit(n, c), Tolerance);
                Assert.Equal(Array.IndexOf(expected[n].Logits, expected[n].Logits.Max()), plan.Prediction(n));
            }
        }
    }

    [Fact]
    public void A_sample_has_the_same_logits_and_loss_to_the_bit_in_a_batch_of_any_size()
    {
        const int Samples = 130;
        var (samples, labels, state) = (Workbench.Samples(Network, Samples), Workbench.Labels(Network, Samples), Workbench.State(Network));
        var (logits, losses) = Evaluate(Samples);
        foreach (var batch in new[] { 1, 16, 37, 48, 60, 64, 100 })
        {
            var (otherLogits, otherLosses) = Evaluate(batch);
            Bits.Equal(logits, otherLogits);
            Bits.Equal(losses, otherLosses);
        }

        (float[] Logits, float[] Losses) Evaluate(int batch)
        {
            var (z, loss) = (new List<float>(), new List<float>());
            using var plan = new Plan(Network, null, batch, training: false);
            plan.Load(state);
            for (var first = 0; first < Samples; first += batch)
            {
                var count = Math.Min(batch, Samples - first);
                plan.Fill(samples, labels, first);
                plan.Evaluate(count);
                loss.AddRange(plan.Losses);
                for (var n = 0; n < count; n++) z.AddRange(Enumerable.Range(0, Network.Classes).Select(c => plan.Logit(n, c)));
            }

            return ([.. z], [.. loss]);
        }
    }

    [Fact]
    public void A_short_batch_is_not_disturbed_by_what_the_lanes_held_before()
    {
        var (samples, labels, state) = (Workbench.Samples(Network, 130), Workbench.Labels(Network, 130), Workbench.State(Network));
        using Plan fresh = new(Network, null, 130, training: true), used = new(Network, null, 130, training: true);
        float[] expected = new float[Network.Space.Count], actual = new float[Network.Space.Count];
        foreach (var plan in new[] { fresh, used }) plan.Load(state);
        used.Samples.Fill(float.NaN);
        Assert.False(double.IsFinite(used.Gradient(130, actual).LossSum));
        foreach (var plan in new[] { fresh, used }) plan.Fill(samples[..70], labels);
        var loss = fresh.Gradient(70, expected);
        Assert.Equal(loss, used.Gradient(70, actual));
        Bits.Equal(expected, actual);
    }

    [Fact]
    public void Other_weights_can_be_tried_on_samples_that_are_already_in_place()
    {
        using var plan = new Plan(Network, null, 50, training: false);
        plan.Fill(Workbench.Samples(Network, 50), Workbench.Labels(Network, 50));
        plan.Prepare(45);
        foreach (var seed in new[] { 1ul, 2ul })
        {
            plan.Load(Workbench.State(Network, seed));
            var again = plan.EvaluateAgain();
            var losses = plan.Losses.ToArray();
            Assert.Equal(plan.Evaluate(45), again);
            Bits.Equal(plan.Losses, losses);
        }
    }

    [Fact]
    public void A_network_without_weights_has_ten_equal_logits_and_predicts_the_first_class()
    {
        using var plan = new Plan(Network, null, 20, training: false);
        plan.Fill(Workbench.Samples(Network, 20), Workbench.Labels(Network, 20));
        var loss = plan.Evaluate(20);
        Assert.Equal(plan.Labels.Count(label => label == 0), loss.Hits);
        Assert.Equal(Math.Log(10), loss.Loss, 1e-6);
        Assert.All(Enumerable.Range(0, 20), n => Assert.Equal(0, plan.Prediction(n)));
    }

    [Fact]
    public void A_deeper_and_a_shallower_network_than_usual_compute_too()
    {
        foreach (var name in new[] { "mnist_lenet_1", "mnist_lenet_17_16_15_3" })
        {
            var network = Architectures.Create(name);
            var (samples, labels, state) = (Workbench.Samples(network, 9), Workbench.Labels(network, 9), Workbench.State(network));
            var twin = new ReferenceNetwork(network, state.Weights);
            using var plan = new Plan(network, null, 9, training: false);
            plan.Load(state);
            plan.Fill(samples, labels);
            Assert.Equal(twin.Loss(samples, labels), plan.Evaluate(9).Loss, 2 * Tolerance);
        }
    }
}
