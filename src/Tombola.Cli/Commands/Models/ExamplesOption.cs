using System.CommandLine;
using Tombola.Engine.Naming;

namespace Tombola.Cli.Commands;

/// <summary><c>--on test|train</c>.</summary>
internal sealed class ExamplesOption : Option<string>
{
    public ExamplesOption()
        : base("--on") => (Description, DefaultValueFactory, HelpName) = ("Examples to evaluate on: test or train (without augmentation).", _ => "test", "test|train");

    public bool IsTraining(ParseResult parsed) => parsed.GetValue(this) switch
    {
        "test" => false,
        "train" => true,
        var other => throw new SettingException($"--on is '{other}'; it must be test or train."),
    };
}
