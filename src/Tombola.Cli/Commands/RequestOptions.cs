using System.CommandLine;
using Tombola.Studies;
using Tombola.Training;

namespace Tombola.Cli.Commands;

/// <summary>The options that make a <see cref="StudyRequest"/>.</summary>
internal sealed class RequestOptions
{
    private readonly Option<string> _scale = new("--scale") { Description = "tiny, small or paper: shrinks steps, schedule and levels together.", DefaultValueFactory = _ => "paper" };
    private readonly Option<int?> _replicates = new("--replicates") { Description = "Independent repetitions (else the scale's own number).", HelpName = "N" };
    private readonly Option<int?> _levels = new("--levels") { Description = "Levels of iterative pruning.", HelpName = "N" };
    private readonly Option<string> _rewind = new("--rewind") { Description = "Rewinding step k, such as 0, 500it or 1ep.", DefaultValueFactory = _ => "0it", HelpName = "STEP" };
    private readonly Option<string?> _at = new("--at") { Description = "Steps k of instability studies, separated by commas (else the paper's).", HelpName = "STEPS" };

    public IEnumerable<Option> All(CommonOptions common) => [common.Preset, _scale, _replicates, _levels, _rewind, _at, common.Steps, common.Seed, common.Set];

    public StudyRequest Read(ParseResult parsed, CommonOptions common, Study study)
    {
        var scale = Scale.Find(parsed.GetValue(_scale)!);
        var preset = scale.Apply(common.ReadPreset(parsed, study.DefaultPreset));
        if (parsed.GetValue(_levels) is { } levels) preset = preset with { Levels = levels, StudiedLevel = Math.Min(preset.StudiedLevel, levels) };
        return new StudyRequest
        {
            Preset = preset,
            Scale = scale.Name,
            Replicates = parsed.GetValue(_replicates) ?? scale.Replicates,
            Rewind = StepCount.Parse(parsed.GetValue(_rewind)!),
            Seed = parsed.GetValue(common.Seed),
            Steps = parsed.GetValue(_at)?.Split(',', StringSplitOptions.TrimEntries).Select(StepCount.Parse).ToArray(),
        };
    }
}
