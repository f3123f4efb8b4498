using System.CommandLine;
using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;

namespace Tombola.Cli;

/// <summary>An option that names a file or a folder.</summary>
internal sealed class PathOption : Option<string?>
{
    public PathOption(string name)
        : base(name) => Validators.Add(result =>
    {
        if (result.Tokens is [var path] && Problem(Name, path.Value) is { } problem) result.AddError(problem);
    });

    /// <summary>The option, or else what a variable of the environment says.</summary>
    /// <exception cref="ArgumentException">The variable names nothing that could be a path.</exception>
    public string? ValueOr(ParseResult parsed, string variable)
    {
        if (parsed.GetValue(this) is { } path) return path;
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set && Problem(variable, set) is { } problem) throw new SettingException(problem);
        return null;
    }

    private static string? Problem(string name, string path) =>
        string.IsNullOrWhiteSpace(path) ? $"{name} is empty; give it a path, or leave it out."
        : path.Contains('\0', StringComparison.Ordinal) ? $"{name} cannot be '{Printable.Name(path)}': no path has a null character."
        // What the runtime could not decode arrives as this character, and would be another path.
        : path.Contains('\uFFFD', StringComparison.Ordinal) ? $"{name} cannot be '{Printable.Name(path)}': it holds bytes that are no UTF-8. Rename the file or folder, or give it a link with another name."
        : null;
}
