using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using Tombola.Engine.Foreign;

namespace Tombola.Cli;

/// <summary>An option that takes a number as <see cref="Numbers"/> reads it.</summary>
internal sealed class NumberOption<T> : Option<T>
    where T : struct, INumber<T>
{
    public NumberOption(string name)
        : base(name) => CustomParser = NumberOption.Read<T>;
}

/// <summary>The same, without a value where it is not given.</summary>
internal sealed class OptionalNumberOption<T> : Option<T?>
    where T : struct, INumber<T>
{
    public OptionalNumberOption(string name)
        : base(name) => CustomParser = result => NumberOption.Read<T>(result);
}

file static class NumberOption
{
    public static T Read<T>(ArgumentResult result)
        where T : struct, INumber<T>
    {
        var text = result.Tokens[0].Value;
        if (Numbers.TryParse<T>(text, out var number)) return number;
        var name = ((OptionResult)result.Parent!).Option.Name;
        result.AddError($"{name} cannot be '{Printable.Name(text)}'; it takes {Numbers.Expected<T>($"{name} ")}.");
        return default;
    }
}
