using System.CommandLine;
using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;
using Tombola.Landscape;

namespace Tombola.Cli.Commands;

/// <summary><c>--range FROM:TO</c>.</summary>
internal sealed class RangeOption : Option<string?>
{
    public RangeOption(string description)
        : base("--range") => (Description, HelpName) = (description, "FROM:TO");

    /// <summary>Null where it is not given.</summary>
    public PathRange? Read(ParseResult parsed)
    {
        if (parsed.GetValue(this) is not { } text) return null;
        return text.Split(':') is [var from, var to] && Numbers.TryParse<double>(from, out var start) && Numbers.TryParse<double>(to, out var end)
            ? new PathRange(start, end)
            : throw new SettingException($"--range is '{text}'; it must be two numbers with a colon between, such as -0.5:1.5.");
    }
}
