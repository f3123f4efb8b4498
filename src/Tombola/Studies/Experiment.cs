using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>The three kinds of sparse networks that the papers compare; and the dense one.</summary>
public enum MaskKind
{
    /// <summary>Iterative magnitude pruning with rewinding: the ticket. At level 0, the dense network.</summary>
    Imp,

    /// <summary>Control: the ticket's mask shuffled within each layer.</summary>
    RandomPruning,

    /// <summary>Control: the ticket's mask on newly drawn weights.</summary>
    RandomReinitialisation,
}

/// <summary>The jobs of one replicate of a preset. Two studies that ask for the same thing get jobs with the same key.</summary>
/// <remarks>Frankle et al. 2020: algorithm 1 (two copies under different SGD noise) and algorithm 2 (IMP with rewinding to step k).</remarks>
public sealed class Experiment
{
    private readonly Dictionary<(long, int), Job<PruneResult>> _masks = [];
    private readonly Preset _preset;
    private readonly DatasetSpec _data;
    private readonly Network _network;
    private readonly ulong _seed;
    private readonly int _replicate;
    private readonly Recalibration? _recalibration;
    private readonly string? _kernels;

    /// <param name="preset">The setting.</param>
    /// <param name="data">Its data set, with fingerprint.</param>
    /// <param name="total">T, length of training in steps.</param>
    /// <param name="seed">The seed that a person gave.</param>
    /// <param name="replicate">Number of the replicate, from 0.</param>
    /// <param name="recalibration">How paths estimate batch norm's statistics anew; null to interpolate them.</param>
    /// <param name="kernels">The kernels for sparse networks, <c>dense</c>; null for whichever are faster.</param>
    public Experiment(Preset preset, DatasetSpec data, long total, ulong seed, int replicate, Recalibration? recalibration = null, string? kernels = null)
    {
        ArgumentNullException.ThrowIfNull(preset);
        (_preset, _data, _seed, _replicate, Total, _kernels) = (preset, data, seed, replicate, total, kernels);
        _network = Architectures.Create(preset.Model);

        // Without batch norm there is nothing to estimate, and the path keeps its key.
        _recalibration = _network.Space.StatisticsCount > 0 ? recalibration : null;
    }

    /// <summary>T, length of training in steps.</summary>
    public long Total { get; }

    /// <summary>W_0.</summary>
    public Job<InitialiseResult> Initialise => Draw("init", Engine.Numerics.RandomStream.Init);

    /// <summary>W_k: the dense network after k steps of the trunk. A job of its own for each k, so that studies with different k share what they have in common.</summary>
    public StateRef At(long step) => step == 0
        ? new StateRef(Initialise)
        : new StateRef(Train(new StateRef(Initialise), null, 0, Noise("trunk", 0)) with { To = step });

    /// <summary>The mask of a level of IMP with rewinding to step k; null at level 0.</summary>
    public Job<PruneResult>? Mask(long rewind, int level)
    {
        if (level == 0) return null;
        if (_masks.TryGetValue((rewind, level), out var known)) return known;
        var before = _preset.OneShot ? 0 : level - 1;
        return _masks[(rewind, level)] = new PruneJob
        {
            Model = _preset.Model,
            State = new StateRef(Copy(MaskKind.Imp, rewind, before, 0)),
            Mask = Mask(rewind, before),
            Strategy = _preset.Pruning,
            Fraction = _preset.OneShot ? 0 : _preset.Fraction,
            Density = _preset.OneShot ? Math.Pow(1 - _preset.Fraction, level) : 0,
            Exempt = _preset.ExemptOutput ? [_network.OutputLayer] : [],
            Seed = _preset.Pruning.StartsWith("random", StringComparison.Ordinal) ? Seeds.Derive(_seed, "prune", _replicate, level) : 0,
        };
    }

    /// <summary>The mask that a kind of sparse network wears.</summary>
    public Job<PruneResult>? Mask(MaskKind kind, long rewind, int level) => kind == MaskKind.RandomPruning && Mask(rewind, level) is { } mask
        ? new ShuffleMaskJob { Model = _preset.Model, Mask = mask, Seed = Seeds.Derive(_seed, "shuffle", _replicate, level) }
        : Mask(rewind, level);

    /// <summary>A copy of a sparse network trained from step k to T. Copies differ in their SGD noise; copy 0 of IMP is the one that the next mask is made from.</summary>
    public TrainJob Copy(MaskKind kind, long rewind, int level, int copy)
    {
        var start = kind == MaskKind.RandomReinitialisation && level > 0 ? Reinitialised(rewind) : At(rewind);
        return Train(start, Mask(kind, rewind, level), rewind, Noise($"copy-{kind}-{copy}", level));
    }

    /// <summary>The path between copies 0 and 1.</summary>
    public PathJob Path(MaskKind kind, long rewind, int level, bool onTrainingSet = false) => new()
    {
        Model = _preset.Model,
        First = new StateRef(Copy(kind, rewind, level, 0)),
        Second = new StateRef(Copy(kind, rewind, level, 1)),
        Data = _data,
        Points = _preset.Points,
        OnTrainingSet = onTrainingSet,
        Recalibration = _recalibration,
        Kernels = level == 0 ? null : _kernels,
    };

    /// <summary>Distances between copies 0 and 1, in weight space (on the mask) and in what they do.</summary>
    public CompareJob Compare(MaskKind kind, long rewind, int level) => new()
    {
        Model = _preset.Model,
        First = new StateRef(Copy(kind, rewind, level, 0)),
        Second = new StateRef(Copy(kind, rewind, level, 1)),
        Mask = Mask(kind, rewind, level),
        Kernels = level == 0 ? null : _kernels,
        Data = _data,
    };

    /// <summary>New weights, trained densely to step k if k is above 0: the reinitialised control starts at the same step as the ticket.</summary>
    private StateRef Reinitialised(long step)
    {
        var drawn = new StateRef(Draw("reinit", Engine.Numerics.RandomStream.Reinit));
        return step == 0 ? drawn : new StateRef(Train(drawn, null, 0, Noise("reinit-trunk", 0)) with { To = step });
    }

    private InitialiseJob Draw(string role, string stream) => new()
    {
        Model = _preset.Model,
        Initializer = _preset.Initializer,
        BatchNormInitializer = _network.Space.StatisticsCount == 0 || _preset.BatchNormInitializer == BatchNormInitializers.Default ? null : _preset.BatchNormInitializer,
        Seed = Seeds.Derive(_seed, role, _replicate),
        Stream = stream,
    };

    private TrainJob Train(StateRef start, Job<PruneResult>? mask, long from, SgdNoise noise) => new()
    {
        Model = _preset.Model,
        Start = start,
        Mask = mask,

        // A dense network has one way to be computed, and is shared by all studies.
        Kernels = mask is null ? null : _kernels,
        Data = _data,
        Recipe = _preset.Recipe,
        Noise = noise,
        From = from,
        To = Total,
        EvaluateEvery = StepCount.Parse(_preset.EvaluateEvery) == new StepCount(1, 0) ? null : _preset.EvaluateEvery,
    };

    private SgdNoise Noise(string role, int level) => Seeds.Noise(_seed, role, _replicate, level);
}
