using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Jobs;
using Tombola.Tests.Data;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Jobs;

/// <summary>Whatever computes networks does what the laboratory needs of it, and jobs name it unless it is the processor.</summary>
public sealed class BackendTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    static BackendTests() => Backends.Registry.Add(new CountingBackend());

    public static TheoryData<string> Names => [.. Backends.Registry.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_lowers_the_loss_and_every_way_to_ask_agrees(string name)
    {
        using var plan = Compile(name, training: true);
        using var optimizer = plan.CreateOptimizer(new OptimizerSpec(OptimizerKind.Adam));
        Fill(plan);
        plan.Load(Toy.Start());
        var before = plan.Evaluate(plan.Batch);
        var gradient = new float[Toy.Space.Count];
        Assert.Equal(before, plan.Gradient(plan.Batch, gradient));
        Assert.Contains(gradient, value => value != 0);
        Assert.Equal(before, plan.Step(plan.Batch, optimizer, 1e-2));
        for (var step = 0; step < 20; step++) plan.Step(plan.Batch, optimizer, 1e-2);
        var after = plan.Evaluate(plan.Batch);
        Assert.True(after.Loss < before.Loss);
        Assert.Equal(after.Hits, Enumerable.Range(0, plan.Batch).Count(n => plan.Prediction(n) == plan.Labels[n]));
        Assert.Equal(after.Hits, plan.Hits.ToArray().Count(hit => hit == 1));
        Assert.Equal(after.LossSum, plan.Losses.ToArray().Sum(loss => (double)loss), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_training_that_stopped_goes_on_as_if_it_had_not(string name)
    {
        using var plan = Compile(name, training: true);
        using var optimizer = plan.CreateOptimizer(new OptimizerSpec(OptimizerKind.Adam));
        Fill(plan);
        plan.Load(Toy.Start());
        for (var step = 0; step < 3; step++) plan.Step(plan.Batch, optimizer, 1e-2);
        var (state, moments) = (plan.Save(), plan.Save(optimizer));
        plan.Step(plan.Batch, optimizer, 1e-2);
        var expected = plan.Save().Weights;

        using var other = Compile(name, training: true);
        using var fresh = other.CreateOptimizer(new OptimizerSpec(OptimizerKind.Adam));
        Fill(other);
        other.Load(state);
        other.Restore(fresh, moments);
        other.Step(other.Batch, fresh, 1e-2);
        Assert.Equal(expected, other.Save().Weights);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Packed_states_and_prepared_samples_give_what_single_calls_give(string name)
    {
        using var plan = Compile(name, training: false);
        Fill(plan);
        var (first, second) = (plan.Pack(Toy.Start(1)), plan.Pack(Toy.Start(2)));
        plan.Load(Toy.Start(2));
        var expected = plan.Evaluate(plan.Batch);
        plan.Load(first);
        plan.Prepare(plan.Batch);
        plan.EvaluateAgain();
        plan.Load(second);
        Assert.Equal(expected, plan.EvaluateAgain());
        var saved = new NetworkState(Toy.Space);
        plan.Save(saved);
        Assert.Equal(Toy.Start(2).Weights, saved.Weights);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pruned_weights_stay_zero(string name)
    {
        using var plan = Backends.Find(name).Compile(new PlanRequest(Toy.Network, 20) { Training = true, Mask = Toy.Mask });
        using var optimizer = plan.CreateOptimizer(new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9, WeightDecay: 1e-2));
        Fill(plan);
        plan.Load(Toy.Start().Under(Toy.Mask));
        for (var step = 0; step < 5; step++) plan.Step(plan.Batch, optimizer, 0.1);
        Assert.True(Toy.Mask.HoldsFor(plan.Save().Weights));
    }

    [Fact]
    public void Jobs_are_computed_by_the_backend_they_name_and_the_processor_is_not_named()
    {
        var store = new Store(_folder.FullPath);
        var (plain, other) = (Workshop.Dense, Workshop.Dense with { Backend = CountingBackend.OwnName });
        Assert.NotEqual(plain.Key, other.Key);
        Assert.DoesNotContain("backend", plain.Describe().ToJsonString(), StringComparison.Ordinal);
        var before = CountingBackend.Compiled;
        Workshop.Run(store, 1, plain);
        Assert.Equal(before, CountingBackend.Compiled);
        Workshop.Run(store, 1, other);
        Assert.True(CountingBackend.Compiled > before);
        Assert.Equal(store.Result(plain).Last, store.Result(other).Last);
    }

    [Fact]
    public void A_backend_that_there_is_not_is_named_with_those_there_are() =>
        Assert.Contains("There is no backend 'cpv'. Did you mean cpu?", Assert.Throws<SettingException>(() => Backends.Find("cpv")).Message, StringComparison.Ordinal);

    private static INetworkPlan Compile(string name, bool training) => Backends.Find(name).Compile(new PlanRequest(Toy.Network, 20) { Training = training });

    private static void Fill(INetworkPlan plan)
    {
        for (var n = 0; n < plan.Batch; n++)
        {
            Toy.Data.Train.Read(n, plan.Sample(n));
            plan.Labels[n] = Toy.Data.Train.Labels[n];
        }

        plan.SeedDropout(new RandomStream(1, RandomStream.Dropout), 0);
    }

    /// <summary>The processor under another name.</summary>
    private sealed class CountingBackend : IBackend
    {
        public const string OwnName = "counting";

        private static int _compiled;

        public static int Compiled => _compiled;

        public string Name => OwnName;

        public INetworkPlan Compile(PlanRequest request)
        {
            Interlocked.Increment(ref _compiled);
            return Backends.Cpu.Compile(request);
        }

        public ICurvaturePlan Compile(CurvatureRequest request)
        {
            Interlocked.Increment(ref _compiled);
            return Backends.Cpu.Compile(request);
        }
    }
}
