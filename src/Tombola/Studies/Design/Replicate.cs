using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Presets;
using Tombola.Pruning;
using Tombola.Reporting;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>The jobs of one replicate of a preset. Two studies that ask for the same thing get jobs with the same key.</summary>
/// <remarks>Frankle et al. 2020: algorithm 1 (copies under different SGD noise) and algorithm 2 (IMP with rewinding to step k).</remarks>
public sealed class Replicate
{
    // Chains of jobs are deep, and studies ask for the same ones again and again: an object that is kept keeps its key.
    private readonly Dictionary<(long, int), Job<PruneResult>> _masks = [];
    private readonly Dictionary<(Condition, int), TrainJob> _copies = [];
    private readonly Dictionary<(Condition, Pair, bool), PathJob> _paths = [];
    private readonly Dictionary<(Condition, Pair), CompareJob> _comparisons = [];
    private readonly Dictionary<(string, long), Job> _starts = [];
    private readonly Dictionary<(NetworkKind, long, int), Job<PruneResult>> _kindMasks = [];
    private readonly Preset _preset;
    private readonly HashSet<string> _exempt;
    private readonly DatasetSpec _data;
    private readonly Network _network;
    private readonly ulong _seed;
    private readonly int _replicate;
    private readonly Recalibration? _recalibration;
    private readonly string? _kernels, _backend;
    private readonly GivenStart _start;

    /// <summary>What adaptive pruning tries: the last is that of the papers.</summary>
    private static readonly double[] AdaptiveFractions = [0.9, 0.8, 0.6, 0.4, 0.2];

    /// <summary>Levels that are known to be possible.</summary>
    private int _levels;

    /// <param name="preset">The setting.</param>
    /// <param name="data">Its data set, with fingerprint.</param>
    /// <param name="total">T, length of training in steps.</param>
    /// <param name="seed">The seed that a person gave.</param>
    /// <param name="replicate">Number of the replicate, from 0.</param>
    /// <param name="recalibration">How paths estimate batch norm's statistics anew; null to interpolate them.</param>
    /// <param name="kernels">The kernels for sparse networks, <c>dense</c>; null for whichever are faster.</param>
    /// <param name="backend">Name of the backend that computes networks; null for the processor.</param>
    /// <param name="start">State and mask to start from; null for weights of its own.</param>
    public Replicate(
        Preset preset, DatasetSpec data, long total, ulong seed, int replicate, Recalibration? recalibration = null, string? kernels = null, string? backend = null, GivenStart? start = null)
    {
        ArgumentNullException.ThrowIfNull(preset);
        (_preset, _data, _seed, _replicate, Total, _kernels, _backend) = (preset, data, seed, replicate, total, kernels, backend);
        _network = Architectures.Create(preset.Model);
        _start = start ?? GivenStart.Nothing(_network);
        _exempt = preset.ExemptOutput ? [_network.OutputLayer] : [];
        PruningStrategies.Read(preset.Pruning, preset.Distribution).DensitiesFor(_network.Space, _exempt);

        // Without batch norm there is nothing to estimate, and the path keeps its key.
        _recalibration = _network.Space.StatisticsCount > 0 ? recalibration : null;
    }

    /// <summary>The kernels for sparse networks, null for whichever are faster.</summary>
    internal string? Kernels => _kernels;

    /// <summary>Name of the backend that computes networks; null for the processor.</summary>
    internal string? Backend => _backend;

    /// <summary>The setting.</summary>
    internal Preset Preset => _preset;

    /// <summary>Its data set, with fingerprint.</summary>
    internal DatasetSpec Data => _data;

    /// <summary>The seed that a person gave.</summary>
    internal ulong Seed => _seed;

    /// <summary>Number of the replicate, from 0.</summary>
    internal int Number => _replicate;

    /// <summary>T, length of training in steps.</summary>
    public long Total { get; }

    /// <summary>W_0.</summary>
    public Job Initialise => _start.State ?? Initialised("init", RandomStream.Init);

    /// <summary>W_k: the dense network after k steps of the trunk, which is one trajectory for all k.</summary>
    public Job At(long step) => Kept("trunk", step, () => step == 0
        ? Initialise
        : Train(At(0), _start.Mask, 0, Noise("trunk", 0)) with { To = step });

    /// <summary>Newly drawn weights, trained densely to step k.</summary>
    internal Job Reinitialised(long step) => Kept("reinit-trunk", step, () => step == 0
        ? Initialised("reinit", RandomStream.Reinit)
        : Train(Reinitialised(0), _start.Mask, 0, Noise("reinit-trunk", 0)) with { To = step });

    /// <summary>W_k with its signs shuffled within each layer.</summary>
    internal Job ShuffledSigns(long step) => Kept("shuffle-signs", step, () => ShuffledSigns(At(step)));

    /// <summary>Any state with its signs shuffled within each layer.</summary>
    internal ShuffleSignsJob ShuffledSigns(Job state) => new() { Model = _preset.Model, State = state, Seed = Seeds.Derive(_seed, "shuffle-signs", _replicate) };

    /// <summary>The mask of a level of IMP with rewinding to step k; at level 0 that which everything starts from, null for none.</summary>
    public Job<PruneResult>? Mask(long rewind, int level)
    {
        if (level == 0) return _start.Mask;
        if (_masks.TryGetValue((rewind, level), out var known)) return known;
        Demand(level);
        return _masks[(rewind, level)] = _preset.OneShot
            ? OneShotMask(rewind, level)
            : NextMask(Copy(new Condition(NetworkKinds.Imp, rewind, level - 1), 0), Mask(rewind, level - 1), level);
    }

    /// <summary>The mask that a level makes of the solution and the mask of the level before: the preset's fraction goes, or what a search finds.</summary>
    internal PruneJob NextMask(Job solution, Job<PruneResult>? mask, int level)
    {
        if (!_preset.Adaptive) return Prune(_preset.Pruning, solution, mask, "prune", level, fraction: _preset.Fraction);
        var pruning = Prune(_preset.Pruning, solution, mask, "prune", level);
        return pruning with { Search = Search(pruning, level) };
    }

    /// <summary>What the paper leaves open of adaptive pruning.</summary>
    internal static Choice AdaptiveChoice(Preset preset) => new(
        "Fraction of a level",
        FormattableString.Invariant($"the largest of {string.Join(", ", AdaptiveFractions.Select(fraction => InWords.Percent(fraction, 0)))} that keeps levels connected"),
        FormattableString.Invariant($"The rule is not printed. Ours: after brief retraining ({preset.Brief * 100:0.##} % of training, at the end of the schedule) the error, and that half-way to the solution, are at most {preset.Tolerance:0.##} points above the solution's; else the smallest. Nothing goes below the density that the preset's last level has by fixed fractions."));

    /// <summary>Step of the schedule at which brief retraining begins: it goes to the end.</summary>
    internal long BriefFrom => Total - Math.Clamp((long)Math.Round(_preset.Brief * Total), 1, Total);

    private AdaptiveLevelJob Search(PruneJob pruning, int level) => new()
    {
        Pruning = pruning,
        Fractions = AdaptiveFractions,
        Floor = DensityOf(_preset.Levels),
        Tolerance = _preset.Tolerance / 100,
        Data = _data,
        Recipe = _preset.Recipe,
        Noise = Noise("adaptive", level),
        From = BriefFrom,
        To = Total,
        Recalibration = _recalibration,
        Kernels = _kernels,
        Backend = _backend,
    };

    /// <summary>The dense network trained from step k, pruned once to the density of a level, or to another.</summary>
    internal PruneJob OneShotMask(long rewind, int level, double? density = null)
    {
        var dense = Copy(Condition.Dense(rewind), 0);
        if (density is null && _preset.Adaptive) return Prune(_preset.Pruning, dense, _start.Mask, "prune", level) with { Like = Mask(rewind, level) };
        return Prune(_preset.Pruning, dense, _start.Mask, "prune", level, density: density is { } asked ? Demand(asked) : DensityOf(level));
    }

    /// <summary>W_0, before any training, pruned once to the density of a level, or to another.</summary>
    internal PruneJob MaskAtStart(string strategy, long rewind, int level, double? density = null)
    {
        if (density is null && _preset.Adaptive) return Prune(strategy, Initialise, _start.Mask, "prune-at-start", level) with { Like = Mask(rewind, level) };
        return Prune(strategy, Initialise, _start.Mask, "prune-at-start", level, density: density is { } asked ? Demand(asked) : DensityOf(level));
    }

    /// <summary>The control "random pruning".</summary>
    internal ShuffleMaskJob ShuffledMask(long rewind, int level) => Shuffled(Mask(rewind, level)!, level);

    /// <summary>Any mask shuffled within its layers.</summary>
    internal ShuffleMaskJob Shuffled(Job<PruneResult> mask, int level = 0) => new() { Model = _preset.Model, Mask = mask, Seed = Seeds.Derive(_seed, "shuffle", _replicate, level) };

    /// <summary>The mask of a network; for a dense one that which everything starts from, null for none.</summary>
    public Job<PruneResult>? Mask(Condition condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        if (condition.Level == 0) return _start.Mask;
        var place = (condition.Kind, condition.Rewind, condition.Level);
        return _kindMasks.TryGetValue(place, out var known) ? known : _kindMasks[place] = condition.Kind.Masks.Of(this, condition.Rewind, condition.Level);
    }

    /// <summary>A copy of a network trained from step k to T. Copies differ in their SGD noise; copy 0 of IMP is the one that the next mask is made from.</summary>
    public TrainJob Copy(Condition condition, int copy)
    {
        ArgumentNullException.ThrowIfNull(condition);
        if (_copies.TryGetValue((condition, copy), out var known)) return known;
        var job = Train(StartOf(condition), Mask(condition), condition.Restarted ? 0 : condition.StartStep, NoiseOf(condition, copy));
        return _copies[(condition, copy)] = condition.Retraining is { } other ? job with { Recipe = other.Recipe, To = other.Total } : job;
    }

    /// <summary>A copy under the SGD noise that copy 0 of the dense network has (Frankle et al. 2019, section 3: stability to pruning).</summary>
    public TrainJob CopyLikeDense(Condition condition) => Copy(condition, 0) with { Noise = Copy(Condition.Dense(condition.Rewind), 0).Noise };

    /// <summary>The path between two copies, on the test set or on the training set.</summary>
    public PathJob Path(Condition condition, Pair pair, bool onTrainingSet = false) => _paths.TryGetValue((condition, pair, onTrainingSet), out var known)
        ? known
        : _paths[(condition, pair, onTrainingSet)] = Path(condition, Copy(condition, pair.First), Copy(condition, pair.Second), onTrainingSet);

    /// <summary>The path between two states of networks of one condition.</summary>
    public PathJob Path(Condition condition, Job first, Job second, bool onTrainingSet = false) => new()
    {
        Model = _preset.Model,
        First = first,
        Second = second,
        Data = _data,
        Points = _preset.Points,
        OnTrainingSet = onTrainingSet,
        Recalibration = _recalibration,
        Kernels = KernelsFor(condition),
        Backend = _backend,
    };

    /// <summary>Distances between two copies, in weight space (on the mask) and in what they do.</summary>
    public CompareJob Compare(Condition condition, Pair pair) => _comparisons.TryGetValue((condition, pair), out var known)
        ? known
        : _comparisons[(condition, pair)] = Compare(condition, Copy(condition, pair.First), Copy(condition, pair.Second));

    /// <summary>Distances between the dense network and a sparse one trained in the same data order, on the mask.</summary>
    public CompareJob CompareWithDense(Condition condition) =>
        Compare(condition, Copy(Condition.Dense(condition.Rewind), 0), CopyLikeDense(condition)) with { Kernels = null };

    /// <summary>Distances between two states on the mask of a condition.</summary>
    public CompareJob Compare(Condition condition, Job first, Job second) => new()
    {
        Model = _preset.Model,
        First = first,
        Second = second,
        Mask = Mask(condition),
        Kernels = KernelsFor(condition),
        Backend = _backend,
        Data = _data,
    };

    /// <summary>Loss and error of a state of a network of this condition.</summary>
    public EvaluateJob Evaluate(Condition condition, Job state, bool onTrainingSet) =>
        new() { Model = _preset.Model, State = state, Data = _data, OnTrainingSet = onTrainingSet, Kernels = KernelsFor(condition), Backend = _backend };

    /// <summary>A state as a mask leaves it; without a mask as it is.</summary>
    internal Job Projection(Job state, Job<PruneResult>? mask) => mask is null ? state : new ProjectJob { Model = _preset.Model, State = state, Mask = mask };

    /// <summary>W_k under the mask of a level, moved in a random direction some times as far as the next pruning moves it; the direction is the same for all lengths.</summary>
    internal PerturbJob Perturbed(Condition condition, double scale) => new()
    {
        Model = _preset.Model,
        State = StartOf(condition),
        Mask = Mask(condition),
        Next = Mask(condition with { Level = condition.Level + 1 })!,
        Scale = scale,
        Seed = Seeds.Derive(_seed, "perturb", _replicate, condition.Level),
    };

    private Job Kept(string role, long step, Func<Job> make) => _starts.TryGetValue((role, step), out var known) ? known : _starts[(role, step)] = make();

    private double DensityOf(int level)
    {
        Demand(level);
        return _start.Remaining.Density * Math.Pow(1 - _preset.Fraction, level);
    }

    /// <summary>Weights that pruning spares.</summary>
    private int Exempt => _network.Space.Prunable.Where(parameter => _exempt.Contains(parameter.Layer)).Sum(_start.Remaining.CountIn);

    /// <summary>A density that leaves what is exempt, or else a sentence.</summary>
    private double Demand(double density)
    {
        var exempt = Exempt;
        var least = (double)Math.Max(exempt, 1) / _network.Space.PrunableCount;
        return density >= least ? density : throw new SettingException(FormattableString.Invariant(
            $"A density of {density} is too low for {_network.Name}: {(exempt > 0 ? $"its layer {_network.OutputLayer} is exempt from pruning and alone has" : "one weight is")} {least:0.####} of the weights. Choose a higher one."));
    }

    /// <summary>Refuses a level for which there are too few weights, before anything is trained: what is exempt stays, so the others are gone some time.</summary>
    private void Demand(int level)
    {
        if (level <= _levels) return;
        var exempt = Exempt;
        var (remaining, most) = (_start.Remaining.Remaining, 0);
        for (; most < level; most++)
        {
            var remove = (int)Math.Round(_preset.Fraction * remaining, MidpointRounding.ToEven);
            if (remaining - remove < Math.Max(exempt, 1)) break;
            remaining -= remove;
        }

        _levels = most == level ? level : throw new SettingException(FormattableString.Invariant(
            $"Level {level} of pruning {_preset.Fraction * 100:0.##} % is too much for {_network.Name}: after {InWords.Count(most, "level")} {remaining} weights remain{(exempt > 0 ? $", {exempt} of them in {_network.OutputLayer}, which is exempt from pruning" : "")}. Give --levels {most} or fewer, or a wider model."));
    }

    /// <summary>The state that copies start from; the mask is still to be applied.</summary>
    internal Job StartOf(Condition condition) => condition.Level == 0 ? At(condition.StartStep) : condition.Kind.Weights.OfCondition?.Invoke(this, condition) ?? condition.Kind.Weights.Of(this, condition.StartStep);

    /// <summary>The kernels for a condition's network. A dense network has one way to be computed, and is shared by all studies.</summary>
    internal string? KernelsFor(Condition condition) => condition.Level == 0 && _start.Mask is null ? null : _kernels;

    /// <summary>Any state pruned by the preset's strategy.</summary>
    internal PruneJob Prune(Job state, Job<PruneResult>? mask, double? fraction) => fraction is { } given ? Prune(_preset.Pruning, state, mask, "prune", 1, fraction: given) : NextMask(state, mask, 1);

    /// <summary>Any state pruned by a strategy, such as a fraction of its remaining weights at random.</summary>
    internal PruneJob PruneBy(string strategy, Job state, Job<PruneResult>? mask, double fraction) => Prune(strategy, state, mask, "prune", 1, fraction: fraction);

    /// <summary>W_k retrained under any mask, in the data order of a condition's solution.</summary>
    internal TrainJob Retrained(Condition condition, Job<PruneResult> mask) => Copy(condition, 0) with { Start = At(condition.StartStep), Mask = mask, Kernels = _kernels };

    /// <summary>A mask that is made at once, with its removals shared out in another way.</summary>
    internal PruneJob Distributed(PruneJob mask, string distribution) => By(PruningStrategies.Read(PruningStrategies.Find(mask.Strategy).Score.Name, distribution), mask);

    private PruneJob Prune(string name, Job state, Job<PruneResult>? mask, string role, int level, double fraction = 0, double density = 0)
    {
        var strategy = PruningStrategies.Read(name, _preset.Distribution);
        var examples = strategy.Score.NeedsExamples;
        return By(strategy, new PruneJob
        {
            Model = _preset.Model,
            State = state,
            Mask = mask,
            Strategy = name,
            Fraction = fraction,
            Density = density,
            Exempt = [.. _exempt],
            Data = examples ? _data : null,
            Backend = examples ? _backend : null,
            Seed = examples || strategy.Score.Draws ? Seeds.Derive(_seed, role, _replicate, level) : 0,
        });
    }

    /// <summary>The job by a strategy, in the same words however a person wrote it; refused here if the densities that were given cannot be.</summary>
    private PruneJob By(PruningStrategy strategy, PruneJob job)
    {
        strategy = strategy with { Densities = strategy.DensitiesFor(_network.Space, _exempt) };
        var remove = PruningStrategy.CountOf(_network.Space.PrunableCount, job.Density > 0 ? 1 - job.Density : job.Fraction);
        if (job.Mask is null) strategy.Losses(_network.Space, _exempt, parameter => parameter.Count, remove);
        var (name, distribution) = PruningStrategies.JobNames(strategy);
        return job with { Strategy = name, Distribution = distribution, Densities = strategy.Densities };
    }

    private InitialiseJob Initialised(string role, string stream) => new()
    {
        Model = _preset.Model,
        Initializer = _preset.Initializer,
        BatchNormInitializer = _network.Space.StatisticsCount == 0 || _preset.BatchNormInitializer == BatchNormInitializers.Default ? null : _preset.BatchNormInitializer,
        Seed = Seeds.Derive(_seed, role, _replicate),
        Stream = stream,
    };

    private TrainJob Train(Job start, Job<PruneResult>? mask, long from, SgdNoise noise) => new()
    {
        Model = _preset.Model,
        Start = start,
        Mask = mask,
        Kernels = mask is null ? null : _kernels,
        Backend = _backend,
        Data = _data,
        Recipe = _preset.Recipe,
        Noise = noise,
        From = from,
        To = Total,
    };

    // C's authors use one seed for a replicate's trunk and for the copies at all levels that masks are made from; other copies have to differ from these, and need not at every level.
    private SgdNoise NoiseOf(Condition condition, int copy)
    {
        var role = $"copy-{condition.Kind.NoiseRole}-{copy}";
        if (_preset.LevelNoise != Preset.SameNoise) return Noise(role, condition.Level);
        return copy == 0 && condition.Kind.NoiseRole == NetworkKinds.Imp.NoiseRole ? Noise("trunk", 0) : Noise(role, 0);
    }

    private SgdNoise Noise(string role, int level) => Seeds.Noise(_seed, role, _replicate, level);
}
