using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Pruning;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Pruning;

/// <summary>Masks that people have: a change here makes every ticket another one.</summary>
public sealed class GoldenMaskTests
{
    public static TheoryData<string, string> Pinned => new()
    {
        { "grasp", "f742d55507eebcd79e7abfa8883c14343028b929" },
        { "magnitude", "2d1e013e6f72563c6e0e15a9a57910b32744bbf6" },
        { "magnitude-layerwise", "dd3a70eb2e3fa2639b45ac7d0680e4660ba40702" },
        { "random", "da8bc6a7df6a3a644cb9891cc563d2aa0faef37e" },
        { "random-layerwise", "4436a00a62e2086dab1150abbe293a41913ff82b" },
        { "snip", "ba5850f4e7525e51e0a3b9fa9812e99fe86aa7b6" },
        { "synflow", "96887aa489d6dd0ab4aa2c58f05e0dd7c08625ec" },
    };

    /// <summary>Two levels of a linear and of a residual network, with and without their last layer, from a mask that is not full.</summary>
    [Theory]
    [MemberData(nameof(Pinned))]
    public void A_mask_stays_what_it_was(string strategy, string hash)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var network in new[] { Architectures.Create("mnist_lenet_20_10"), Architectures.Create("cifar_resnet_8_2") })
        {
            foreach (HashSet<string> exempt in new HashSet<string>[] { [], [network.OutputLayer] })
            {
                var mask = Toy.Draw(network.Space, 80, 3);
                for (var level = 0; level < 2; level++)
                {
                    var input = new PruningInput(network, Draws.State(network, (ulong)level), mask, exempt, new RandomStream((ulong)level, RandomStream.Prune)) { Batch = Draws.Batch(network, 20, 5) };
                    mask = PruningStrategies.Prune(input, strategy, 0.35);
                    all.AppendData(MemoryMarshal.AsBytes(mask.Bits));
                }
            }
        }

        Assert.StartsWith(hash, Convert.ToHexStringLower(all.GetHashAndReset()), StringComparison.Ordinal);
    }
}
