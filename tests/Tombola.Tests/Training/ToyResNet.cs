using Tombola.Data;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Training;

namespace Tombola.Tests.Training;

/// <summary>A residual network with batch norm, small enough to train in moments, and colour images for it.</summary>
internal static class ToyResNet
{
    public const string Model = "cifar_resnet_8_2";

    public static Network Network { get; } = Architectures.Create(Model);

    public static Dataset Data { get; } = Toy.Of(Examples(70, 1), Examples(40, 2));

    public static Mask Mask { get; } = Toy.Draw(Network.Space, 50, 5);

    /// <summary>Noise with a bright stripe whose place tells the class.</summary>
    public static ExampleSource Examples(int count, ulong seed)
    {
        var shape = new Shape(3, 32, 32);
        var stream = new RandomStream(seed, RandomStream.Data);
        var pixels = new byte[count * shape.Count];
        for (var p = 0; p < pixels.Length; p++) pixels[p] = (byte)stream.Below(128, 0, (ulong)p, 0);
        for (var n = 0; n < count; n++) pixels.AsSpan((n * shape.Count) + (n % 10 * 96), 96).Fill(255);
        return ExampleSource.FromBytes(shape, pixels, [.. Enumerable.Range(0, count).Select(n => n % 10)], 10);
    }

    public static NetworkState Start(ulong seed = 1) => Initializers.Initialize(Network, "kaiming_normal", new RandomStream(seed, RandomStream.Init));

    /// <summary>A trainer with batches of 16: four whole ones an epoch, and one of 6.</summary>
    public static Trainer Trainer(Mask? mask = null, ThreadTeam? team = null, int every = 5) => new()
    {
        Network = Network,
        Data = Data,
        Recipe = new Recipe { LearningRate = 0.05, Momentum = 0.9, WeightDecay = 1e-4, Batch = 16, Steps = "100it" },
        Noise = new SgdNoise(7, 7),
        Mask = mask,
        EvaluateEvery = new StepCount(0, every),
        Team = team,
    };
}
