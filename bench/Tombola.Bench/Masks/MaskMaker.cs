using Tombola.Benchmarks;
using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Pruning;
using Tombola.Training;

namespace Tombola.Bench.Masks;

/// <summary>Trains, prunes the smallest weights of the whole network, rewinds, and so on down a list of densities.</summary>
internal sealed class MaskMaker(MaskRecipe recipe, Dataset data)
{
    private const ulong Seed = 1;

    private readonly Network _network = Architectures.Create(recipe.Preset.Model);

    /// <summary>Makes the masks. The result is a pure function of recipe and data.</summary>
    /// <param name="report">Hears of every mask, with what was measured of the network that it was made from.</param>
    public MaskLadder Make(Action<Mask, Metrics> report)
    {
        var preset = recipe.Preset;
        var exempt = preset.ExemptOutput ? new HashSet<string> { _network.OutputLayer } : [];
        var state = Initializers.Initialize(_network, preset.Initializer, new RandomStream(Seed, RandomStream.Init), preset.BatchNormInitializer);
        var mask = Mask.Full(_network.Space);
        var remaining = new byte[_network.Space.PrunableCount];
        for (var level = 0; level < recipe.Densities.Count; level++)
        {
            var log = new Log();
            var trained = Train(level).Run(state, level == 0 ? 0 : recipe.Rewind, recipe.Steps, new HashSet<long> { recipe.Rewind }, log, null, default);
            state = log.Rewound!;
            var input = new PruningInput(_network, trained, mask, exempt, new RandomStream(Seed, RandomStream.Prune));
            mask = PruningStrategies.Read(preset.Pruning, preset.Distribution).Prune(input, PruningStrategies.FractionFor(mask, recipe.Densities[level]));
            report(mask, log.Last!);
            var place = 0;
            foreach (var parameter in _network.Space.Prunable)
            {
                for (var i = 0; i < parameter.Count; i++) remaining[place++] += mask[parameter.Offset + i] ? (byte)1 : (byte)0;
            }
        }

        return new MaskLadder(_network.Name, recipe.Densities, remaining);

        Trainer Train(int level) => new()
        {
            Network = _network,
            Data = data,
            Recipe = recipe.Recipe,
            Noise = new SgdNoise(Seed + (ulong)level, Seed + (ulong)level),
            Mask = level == 0 ? null : mask,
            EvaluateEvery = new StepCount(0, recipe.Steps),
        };
    }

    private sealed class Log : ITrainingObserver
    {
        public NetworkState? Rewound { get; private set; }

        public Metrics? Last { get; private set; }

        public void Keep(long step, NetworkState state) => Rewound = state;

        public void Measure(Metrics metrics) => Last = metrics;

        public void Save(Checkpoint checkpoint)
        {
        }

        public void Advance(long step)
        {
        }
    }
}
