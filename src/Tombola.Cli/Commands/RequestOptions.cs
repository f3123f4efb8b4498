using System.CommandLine;
using Tombola.Landscape;
using Tombola.Presets;
using Tombola.Studies;
using Tombola.Training;

namespace Tombola.Cli.Commands;

/// <summary>The options that make a <see cref="StudyRequest"/>.</summary>
internal sealed class RequestOptions
{
    private readonly OptionalNumberOption<int> _replicates = new("--replicates") { Description = "Independent repetitions (else the scale's own number).", HelpName = "N" };
    private readonly OptionalNumberOption<int> _copies = new("--copies") { Description = "Copies of every network, each with SGD noise of its own; every two make a pair (else the scale's own number).", HelpName = "N" };
    private readonly OptionalNumberOption<int> _levels = new("--levels") { Description = "Levels of iterative pruning.", HelpName = "N" };
    private readonly Option<string> _rewind = new("--rewind") { Description = "Rewinding step k, such as 0, 500it or 1ep.", DefaultValueFactory = _ => "0it", HelpName = "STEP" };
    private readonly Option<string?> _at = new("--at") { Description = "Steps k of instability studies, separated by commas (else the paper's).", HelpName = "STEPS" };
    private readonly BatchNormOptions _batchNorm = new();

    public IEnumerable<Option> All(CommonOptions common) => [.. OfTicket(common), _levels, _at];

    /// <summary>Those that a single ticket has a use for.</summary>
    public IEnumerable<Option> OfTicket(CommonOptions common) => [common.Preset, common.Scale, _replicates, _copies, _rewind, .. _batchNorm.All, common.Kernels, common.Steps, common.Seed, common.Set];

    /// <summary>Reads what is asked of studies. Studies of one preset get one object, so that they can share what is made of it.</summary>
    public Func<Study, StudyRequest> Reader(ParseResult parsed, CommonOptions common, Scale? at = null)
    {
        var known = new Dictionary<string, StudyRequest>();
        RequestArguments? arguments = null;
        return study =>
        {
            arguments ??= ReadArguments(parsed, common) is var read && at is not null ? read with { Scale = at.Name } : read;
            var preset = arguments.Preset ?? study.DefaultPreset;
            return known.TryGetValue(preset, out var request) ? request : known[preset] = arguments.For(preset);
        };
    }

    public StudyRequest Read(ParseResult parsed, CommonOptions common, Study study) => Reader(parsed, common)(study);

    /// <summary>For each option that was given, how to ask for other things by it: what changes no job then has no use.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Func<StudyRequest, StudyRequest>>> Changes(ParseResult parsed)
    {
        var changes = new Dictionary<string, IReadOnlyList<Func<StudyRequest, StudyRequest>>>();
        Add(_copies, [asked => asked with { AskedCopies = 2 }, asked => asked with { AskedCopies = 3 }]);
        Add(_rewind, [asked => asked with { Rewind = default }, asked => asked with { Rewind = new StepCount(0, 1) }, asked => asked with { Rewind = new StepCount(0, 2) }]);
        Add(_at, [asked => asked with { Steps = [default] }, asked => asked with { Steps = [new StepCount(0, 1)] }]);
        Add(_levels, [asked => WithLevels(asked, 1), asked => WithLevels(asked, 2)]);
        Add(_batchNorm.Mode, [asked => asked with { Recalibration = null }, asked => asked with { Recalibration = Recalibration.Default }]);
        return changes;

        void Add(Option option, IReadOnlyList<Func<StudyRequest, StudyRequest>> others)
        {
            if (parsed.GetResult(option) is { Implicit: false }) changes[option.Name] = others;
        }

        static StudyRequest WithLevels(StudyRequest asked, int levels) => asked with { Preset = Shorter(asked.Preset, levels), Variants = [.. asked.Variants.Select(preset => Shorter(preset, levels))] };

        static Preset Shorter(Preset preset, int levels) => preset with { Levels = levels, StudiedLevel = levels };
    }

    public RequestArguments ReadArguments(ParseResult parsed, CommonOptions common) => common.ReadArguments(parsed) with
    {
        Levels = parsed.GetValue(_levels),
        Replicates = parsed.GetValue(_replicates),
        Copies = parsed.GetValue(_copies),
        Rewind = StepCount.Parse(parsed.GetValue(_rewind)!),
        At = parsed.GetValue(_at)?.Split(',', StringSplitOptions.TrimEntries).Select(StepCount.Parse).ToArray(),
        Kernels = common.ReadKernels(parsed),
        Recalibration = _batchNorm.Read(parsed),
    };
}
