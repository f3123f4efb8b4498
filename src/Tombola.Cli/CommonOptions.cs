using System.CommandLine;
using Tombola.Data;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Studies;
using Tombola.Training;

namespace Tombola.Cli;

/// <summary>Options that several commands share, each made anew for its command.</summary>
internal sealed class CommonOptions
{
    public Option<bool> Json { get; } = new("--json") { Description = "One JSON object on standard output; messages go to standard error." };

    public PathOption Store { get; } = new("--store") { Description = "Folder of results (else TOMBOLA_STORE, else your data folder).", HelpName = "DIR" };

    public PathOption Data { get; } = new("--data") { Description = "Folder of data sets, or one archive (else TOMBOLA_DATA, else your data folder).", HelpName = "DIR" };

    public Option<bool> Repair { get; } = new("--repair") { Description = "Set damaged store entries aside and compute them again." };

    public NumberOption<int> Workers { get; } = new("--workers") { Description = "Jobs at once.", DefaultValueFactory = _ => Environment.ProcessorCount };

    public Option<string[]> Set { get; } = new("--set") { Description = "Change a field of the preset or its recipe; may be given again.", HelpName = "name=value" };

    public Option<string?> Preset { get; } = new("--preset") { Description = "Another preset than the study's own.", HelpName = "NAME" };

    public Option<string> Scale { get; } = new("--scale")
    {
        Description = "tiny, small or paper: shrinks steps, schedule and levels together; tiny also narrows the network of convolutional presets, and draws their images.",
        DefaultValueFactory = _ => Presets.Scale.Paper,
    };

    public Option<string> Kernels { get; } = new("--kernels")
    {
        Description = "automatic takes sparse kernels where they are faster; dense computes the zeros too, for comparison.",
        DefaultValueFactory = _ => KernelNames.Automatic,
        HelpName = $"{KernelNames.Automatic}|{KernelNames.Dense}",
    };

    public Option<string?> Steps { get; } = new("--steps") { Description = "Length of training at the scale paper, such as 24000it or 160ep; a smaller scale shortens it.", HelpName = "STEP" };

    public NumberOption<ulong> Seed { get; } = new("--seed") { Description = "The seed from which all others are derived.", DefaultValueFactory = _ => 1 };

    public Output Output(ParseResult parsed) => new(parsed.GetValue(Json));

    public Store OpenStore(ParseResult parsed)
    {
        var path = Tombola.Jobs.Store.Locate(Store.ValueOr(parsed, "TOMBOLA_STORE"));
        return File.Exists(path) ? throw new IOException($"The store {path} is a file. Name a folder with --store DIR.") : new Store(path, parsed.GetValue(Repair));
    }

    /// <summary>The store of a command that only counts what it has; null, which a person is told, where nothing of it would be found.</summary>
    public Store? OpenStoreToCount(ParseResult parsed, Output output)
    {
        if (StoreFormat.Refusal(Path.GetFullPath(Tombola.Jobs.Store.Locate(Store.ValueOr(parsed, "TOMBOLA_STORE")))) is not { } refusal) return OpenStore(parsed);
        output.Line($"{refusal} Nothing in it counts here.");
        return null;
    }

    public DataFolder ReadDataFolder(ParseResult parsed) => DataFolder.Resolve(Data.ValueOr(parsed, DataFolder.Variable));

    public DatasetCache OpenData(ParseResult parsed) => new(ReadDataFolder(parsed));

    /// <summary>How many jobs at once; one for each core where the command has no such option.</summary>
    public int WorkerCount(ParseResult parsed) => parsed.GetResult(Workers) is null ? Environment.ProcessorCount : parsed.GetValue(Workers) is var workers and >= 1 and <= 1024
        ? workers
        : throw new SettingException($"--workers is {parsed.GetValue(Workers)}; it must be from 1 to 1024.");

    /// <summary>The name of the kernels as jobs carry it: null for the default.</summary>
    public string? ReadKernels(ParseResult parsed) => parsed.GetValue(Kernels) is not null && KernelNames.Parse(parsed.GetValue(Kernels)) == KernelChoice.Dense ? KernelNames.Dense : null;

    public string ReadPresetName(ParseResult parsed, string fallback) => parsed.GetValue(Preset) ?? fallback;

    /// <summary>What these options say of a study.</summary>
    public RequestArguments ReadArguments(ParseResult parsed) => new()
    {
        Preset = parsed.GetValue(Preset),
        Scale = Presets.Scale.Find(parsed.GetValue(Scale)!).Name,
        Steps = parsed.GetValue(Steps) is { } steps ? StepCount.Parse(steps) : null,
        Set = parsed.GetValue(Set) ?? [],
        Seed = parsed.GetValue(Seed),
    };
}
