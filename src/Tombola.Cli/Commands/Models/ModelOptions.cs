using System.CommandLine;
using Tombola.Landscape;
using Tombola.Measuring;

namespace Tombola.Cli.Commands;

/// <summary>The options of commands that read model files.</summary>
/// <param name="common">The options of all commands.</param>
/// <param name="computes">Whether the networks are computed on examples.</param>
internal sealed class ModelOptions(CommonOptions common, bool computes = true)
{
    private const string Names = "exact", ByOrder = "by-order";

    private readonly Option<string?> _model = new("--model") { Description = "Name of the network (else it is recognised by names and shapes).", HelpName = "NAME" };
    private readonly Option<string> _names = new("--names") { Description = "How tensors are found: by their names, or in their order.", DefaultValueFactory = _ => Names, HelpName = $"{Names}|{ByOrder}" };
    private readonly Option<string?> _preset = new("--preset") { Description = $"Preset whose {(computes ? "data and pixels are taken" : "images and classes the network is for")} (else lenet-mnist or resnet20-cifar10, by the network).", HelpName = "NAME" };

    public IEnumerable<Option> All => [_model, _names, _preset, common.Set, .. computes ? new Option[] { common.Kernels, common.Data, common.Workers } : [], common.Store, common.Repair, common.Json];

    public ModelArguments Read(ParseResult parsed, Recalibration? recalibration = null) => new()
    {
        Model = parsed.GetValue(_model),
        Preset = parsed.GetValue(_preset),
        Set = parsed.GetValue(common.Set) ?? [],
        ByOrder = parsed.GetValue(_names) switch
        {
            Names => false,
            ByOrder => true,
            var other => throw new Engine.Naming.SettingException($"--names is '{other}'; it must be {Names} or {ByOrder}."),
        },
        Kernels = common.ReadKernels(parsed),
        Recalibration = recalibration,
    };
}
