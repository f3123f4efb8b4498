using System.Globalization;

namespace Tombola.Cli;

/// <summary>How many files the system lets this process open.</summary>
internal static class FileLimit
{
    /// <summary>The program's own parts are files too, and where one cannot be opened .NET aborts: as likely as not with "Out of memory".</summary>
    private const long Least = 200;

    private const string Limits = "/proc/self/limits", Name = "Max open files";

    /// <summary>Why the program had better not begin; null if it may.</summary>
    public static string? Refusal()
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            var line = File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
            var words = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
            return words is [var soft, ..] && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit < Least
                ? $"This program may open only {limit} files, which is too few for it to be sure to end well. Allow it {Least} or more: ulimit -n {Least}."
                : null;
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
