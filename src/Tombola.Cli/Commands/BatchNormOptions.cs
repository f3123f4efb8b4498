using System.CommandLine;
using Tombola.Engine.Naming;
using Tombola.Landscape;

namespace Tombola.Cli.Commands;

/// <summary>What becomes of batch norm's statistics on paths.</summary>
internal sealed class BatchNormOptions
{
    private const string Interpolate = "interpolate", Recalibrate = "recalibrate";

    private readonly Option<string> _mode = new("--batch-norm")
    {
        Description = "Batch norm's statistics on paths: interpolate them like weights, or recalibrate them at every point on training examples.",
        DefaultValueFactory = _ => Interpolate,
        HelpName = "interpolate|recalibrate",
    };

    private readonly OptionalNumberOption<int> _examples = new("--batch-norm-examples") { Description = "Training examples to recalibrate on (else 2,048).", HelpName = "N" };

    public Option Mode => _mode;

    public IEnumerable<Option> All => [_mode, _examples];

    public Recalibration? Read(ParseResult parsed) => (parsed.GetValue(_mode), parsed.GetValue(_examples)) switch
    {
        (Interpolate, null) => null,
        (Interpolate, _) => throw new SettingException($"--batch-norm-examples is for --batch-norm {Recalibrate}; interpolated statistics look at no examples."),
        (Recalibrate, null) => Recalibration.Default,
        (Recalibrate, { } count) => new Recalibration(count),
        var (mode, _) => throw new SettingException($"--batch-norm is '{mode}'; it must be {Interpolate} or {Recalibrate}."),
    };
}
