namespace Tombola.Data;

/// <summary>The folder in which data files are looked for.</summary>
public sealed class DataFolder
{
    /// <summary>Environment variable that names the folder.</summary>
    public const string Variable = "TOMBOLA_DATA";

    /// <param name="path">A path; need not exist. A relative one counts from the current directory.</param>
    public DataFolder(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        FullPath = Path.GetFullPath(path);
    }

    /// <summary>The folder, or the one archive.</summary>
    public string FullPath { get; }

    /// <summary>The folder a person means: the option, else the environment variable, else the user's own data folder.</summary>
    /// <param name="option">Value of <c>--data</c>, or null.</param>
    /// <param name="environment">Reads a variable; null reads the process's own.</param>
    public static DataFolder Resolve(string? option, Func<string, string?>? environment = null)
    {
        var read = environment ?? Environment.GetEnvironmentVariable;
        if (NotBlank(option) is { } named) return new DataFolder(named);
        if (NotBlank(read(Variable)) is { } variable) return new DataFolder(variable);
        return NotBlank(read("XDG_DATA_HOME")) is { } shared && Path.IsPathRooted(shared)
            ? new DataFolder(Path.Combine(shared, "tombola", "data"))
            : new DataFolder(Path.Combine(NotBlank(read("HOME")) ?? Home(), ".local", "share", "tombola", "data"));
    }

    /// <summary>A path within the folder.</summary>
    public string At(params ReadOnlySpan<string> names) => Path.Combine([FullPath, .. names]);

    /// <summary>Full path of a file, looked for in each of the subfolders in turn, plain before gzipped in each; null if there is none.</summary>
    /// <param name="subfolders">Paths relative to the folder; empty for the folder itself.</param>
    /// <param name="name">Name without <c>.gz</c>.</param>
    internal string? TryFind(IEnumerable<string> subfolders, string name) => subfolders
        .SelectMany(subfolder => new[] { At(subfolder, name), At(subfolder, name + ".gz") })
        .FirstOrDefault(File.Exists);

    /// <inheritdoc/>
    public override string ToString() => FullPath;

    private static string? NotBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string Home() => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
