using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Landscape;
using Tombola.Presets;
using Tombola.Pruning;
using Tombola.Training;

namespace Tombola.Studies;

/// <summary>What a person asks of a study: the setting, how large, how often, from where.</summary>
public sealed record StudyRequest
{
    /// <summary>The setting, scaled already.</summary>
    public required Preset Preset { get; init; }

    /// <summary>Name of the scale, which every result carries.</summary>
    public required string Scale { get; init; }

    /// <summary>Independent repetitions, each with its own initialisation and SGD noise.</summary>
    public required int Replicates { get; init; }

    /// <summary>Copies of every network, each with SGD noise of its own, for every replicate; every two make a pair.</summary>
    public int Copies { get; init; } = 2;

    /// <summary>The same where a person asked for it: even networks of which a study would train fewer get so many.</summary>
    public int? AskedCopies { get; init; }

    /// <summary>Copies to train of a network of which a study by itself would train a number of its own.</summary>
    internal int CopiesOf(int? own) => AskedCopies ?? own ?? Copies;

    /// <summary>Rewinding step k of studies that look at one.</summary>
    public StepCount Rewind { get; init; }

    /// <summary>The preset's variants with other learning rates, scaled in the same way, for studies that compare them.</summary>
    public IReadOnlyList<Preset> Variants { get; init; } = [];

    /// <summary>The seed from which all others are derived.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Rewinding steps of studies that look at many, for training of length T; null for the study's own.</summary>
    public IReadOnlyList<StepCount>? Steps { get; init; }

    /// <summary>The kernels that sparse networks are computed with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>Name of the backend that computes networks; null for the processor.</summary>
    public string? Backend { get; init; }

    /// <summary>Batch norm on paths: how its running statistics are estimated anew; null to interpolate them. Without effect on networks without batch norm.</summary>
    public Recalibration? Recalibration { get; init; }
}

/// <summary>A request with its data at hand: makes its replicates.</summary>
public sealed class StudyContext
{
    /// <summary>The steps of the paper's figures for LeNet, as fractions of its 24,000: for settings that the paper does not show.</summary>
    private static readonly double[] LeNetSteps = [.. new[] { 0, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000, 10000, 20000 }.Select(step => step / 24000.0)];

    private readonly Lazy<int> _stepsPerEpoch;
    private readonly DatasetCache _cache;
    private readonly Dictionary<Preset, StudyContext> _others = [];

    /// <exception cref="ArgumentException">The request does not fit together.</exception>
    public StudyContext(StudyRequest request, DatasetCache data)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(data);
        request.Preset.Validate();
        if (request.Replicates is < 1 or > 100) throw new SettingException($"The number of replicates is {request.Replicates}; it must be from 1 to 100.");
        foreach (var copies in new[] { request.Copies, request.AskedCopies ?? request.Copies })
        {
            if (copies is < 2 or > 20) throw new SettingException($"The number of copies is {copies}; it must be from 2 to 20.");
        }

        if (request.Recalibration is { Examples: < 1 or > 1_000_000 } wrong)
        {
            throw new SettingException($"Batch norm's statistics cannot be estimated from {wrong.Examples} examples; give a number from 1 to 1,000,000.");
        }

        (Request, _cache) = (request, data);
        Data = data.Resolve(request.Preset.Data);

        // Image and classes come from the data, and a model that cannot take them is refused before anything is trained.
        var form = data.FormOf(Data);
        var network = Architectures.Create(request.Preset.Model, form.Shape, form.Classes);
        Preset = request.Preset with { Model = network.Name, Distribution = DistributionOf(request.Preset) };
        HasBatchNorm = network.Space.StatisticsCount > 0;

        Start = GivenStart.Of(request.Preset, network);

        // What a paper says of a network says nothing of one that starts from somebody's files.
        if (Start.State is not null || Start.Mask is not null) Preset = Preset with { Published = null };

        // What had to be read for its fingerprint can be described; nothing is drawn or read only to be described.
        DataDescription = Datasets.Find(Data.Name).KnownFingerprint is null && Preset.Data.Fingerprint is null ? data.Load(Data).Description : null;

        // Loading data only to count it is put off: most presets give their steps in updates.
        _stepsPerEpoch = new Lazy<int>(() => Trainer.StepsPerEpoch(data.Load(Data).Train.Count, Preset.Recipe.Batch));
        Total = Iterations(StepCount.Parse(Preset.Recipe.Steps));
        Rewind = Iterations(request.Rewind);
        if (Rewind >= Total) throw new SettingException($"The rewinding step {Rewind} is not before the end of training, step {Total}.");

        // Whoever names what would be taken anyway asks for the same jobs; a name that is not known is refused now.
        var kernels = KernelNames.Parse(request.Kernels) == KernelChoice.Dense ? KernelNames.Dense : null;
        var backend = Backends.Find(request.Backend) == Backends.Cpu ? null : request.Backend;
        Replicates = [.. Enumerable.Range(0, request.Replicates).Select(replicate => new Replicate(Preset, Data, Total, request.Seed, replicate, request.Recalibration, kernels, backend, Start))];
    }

    /// <summary>What was asked.</summary>
    public StudyRequest Request { get; }

    /// <summary>The setting, with the network that the data asks for.</summary>
    public Preset Preset { get; }

    /// <summary>What every replicate starts from, where the preset names files.</summary>
    public GivenStart Start { get; }

    /// <summary>Whether the network has batch norm.</summary>
    public bool HasBatchNorm { get; }

    /// <summary>The data set with its fingerprint.</summary>
    public DatasetSpec Data { get; }

    /// <summary>A sentence on what the files hold and whether they are the published ones; null for data that the program draws.</summary>
    public string? DataDescription { get; }

    /// <summary>T, length of training in steps.</summary>
    public long Total { get; }

    /// <summary>k, the rewinding step.</summary>
    public long Rewind { get; }

    /// <summary>Independent repetitions.</summary>
    public IReadOnlyList<Replicate> Replicates { get; }

    /// <summary>Optimiser updates in an epoch.</summary>
    public int StepsPerEpoch => _stepsPerEpoch.Value;

    /// <summary>The same request for another preset.</summary>
    public StudyContext For(Preset preset) => preset == Request.Preset
        ? this
        : _others.TryGetValue(preset, out var known) ? known : _others[preset] = new StudyContext(Request with { Preset = preset }, _cache);

    /// <summary>The steps k at which a study trains copies: those asked for, else the scale's, else those of the paper in proportion to the length of training.</summary>
    /// <param name="paper">Steps of the paper's figure as fractions of training; null for those of LeNet, where the paper does not show the setting.</param>
    public long[] Steps(IEnumerable<double>? paper = null)
    {
        var steps = Request.Steps?.Select(Iterations) ?? (Preset.RewindFractions ?? paper ?? LeNetSteps).Select(fraction => (long)Math.Round(fraction * Total));
        long[] before = [.. steps.Where(step => step < Total).Distinct().Order()];
        return before.Length > 0 ? before : throw new SettingException($"None of the steps lies before the end of training, step {Total}.");
    }

    /// <summary>The level whose density is nearest to another, in ratio.</summary>
    public int LevelNear(double density) => Math.Clamp((int)Math.Round(Math.Log(density / Start.Remaining.Density) / Math.Log(1 - Preset.Fraction)), Math.Min(1, Preset.Levels), Preset.Levels);

    /// <summary>Length in steps of training with another recipe on the same data.</summary>
    public long TotalOf(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var length = StepCount.Parse(recipe.Steps);
        return length.Epochs == 0 ? length.Iterations : length.ToIterations(Trainer.StepsPerEpoch(_cache.Load(Data).Train.Count, recipe.Batch));
    }

    /// <summary>With what a file says in place of its name, so that reports say it too.</summary>
    private static string? DistributionOf(Preset preset) => preset.Distribution is null ? null : PruningStrategies.Text(PruningStrategies.Read(preset.Pruning, preset.Distribution));

    /// <summary>A step in optimiser updates.</summary>
    public long Iterations(StepCount step) => step.Epochs == 0 ? step.Iterations : step.ToIterations(_stepsPerEpoch.Value);
}
