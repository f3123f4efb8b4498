using System.CommandLine;
using Tombola.Benchmarks;
using Tombola.Engine.Naming;
using Tombola.Training;

namespace Tombola.Cli.Commands;

/// <summary>The options that make a <see cref="StepSetting"/>, and how long to measure it.</summary>
internal sealed class StepOptions(string model, int batch)
{
    private readonly Option<string> _model = new("--model") { Description = "Name of the model.", DefaultValueFactory = _ => model };
    private readonly NumberOption<int> _batch = new("--batch") { Description = "Examples in a mini-batch.", DefaultValueFactory = _ => batch };
    private readonly NumberOption<int> _threads = new("--threads") { Description = "Threads that share one network.", DefaultValueFactory = _ => 1 };
    private readonly NumberOption<int> _workers = new("--workers") { Description = "Networks trained side by side.", DefaultValueFactory = _ => 1 };
    private readonly Option<string> _optimizer = new("--optimizer") { Description = "sgd, adam or rmsprop.", DefaultValueFactory = _ => "sgd" };
    private readonly NumberOption<double> _momentum = new("--momentum") { Description = "Momentum, for sgd and rmsprop." };
    private readonly NumberOption<double> _seconds = new("--seconds") { Description = "Length of each of the seven runs, of which the median counts.", DefaultValueFactory = _ => StepBenchmark.SecondsPerRun, HelpName = "S" };

    public IEnumerable<Option> All => [_model, _batch, _threads, _workers, _optimizer, _momentum, _seconds];

    public StepSetting Read(ParseResult parsed)
    {
        if (parsed.GetValue(_threads) is not (>= 1 and <= 256)) throw new SettingException($"--threads is {parsed.GetValue(_threads)}; it must be from 1 to 256.");
        if (parsed.GetValue(_workers) is not (>= 1 and <= 256)) throw new SettingException($"--workers is {parsed.GetValue(_workers)}; it must be from 1 to 256.");
        var recipe = new Recipe
        {
            Optimizer = parsed.GetValue(_optimizer)!,
            Batch = parsed.GetValue(_batch),
            LearningRate = 0.001,
            Momentum = parsed.GetValue(_momentum),
            WeightDecay = 1e-4,
            Steps = "1it",
        };
        return new StepSetting(parsed.GetValue(_model)!, recipe, parsed.GetValue(_threads), parsed.GetValue(_workers));
    }

    public double Seconds(ParseResult parsed) => parsed.GetValue(_seconds) is var seconds and > 0 and <= 60
        ? seconds
        : throw new SettingException(FormattableString.Invariant($"--seconds is {parsed.GetValue(_seconds)}; it must be above 0 and at most 60."));
}
