namespace Tombola.Cli.Tests.Trust;

/// <summary>A study of fourteen small jobs, and what it leaves if nothing disturbs it.</summary>
internal sealed class SmallStudy
{
    private static readonly Lazy<SmallStudy> Made = new(() => new SmallStudy());
    private readonly Dictionary<string, byte[]> _files = [];

    private SmallStudy()
    {
        using var sandbox = new Sandbox();
        Rows = sandbox.Json(Command).GetProperty("rows").GetRawText();
        Sums = StoreFolder.Sums(sandbox.StorePath);
        foreach (var path in Directory.GetFiles(sandbox.StorePath, "*", SearchOption.AllDirectories)) _files[Path.GetRelativePath(sandbox.StorePath, path)] = File.ReadAllBytes(path);
    }

    public static string[] Command { get; } =
    [
        "study", "run", "quickstart", "--levels", "1", "--replicates", "1", "--steps", "40it", "--set", "subsample=200", "--set", "points=3", "--set", "model=mnist_lenet_5", "--json",
    ];

    public static SmallStudy Undisturbed => Made.Value;

    /// <summary>The checksums of all entries.</summary>
    public string Sums { get; }

    /// <summary>The numbers.</summary>
    public string Rows { get; }

    /// <summary>Makes a store in which the study has ended.</summary>
    public void WriteTo(string store)
    {
        foreach (var (name, bytes) in _files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(store, name))!);
            File.WriteAllBytes(Path.Combine(store, name), bytes);
        }
    }

    /// <summary>Runs the study to its end in a store where it was disturbed, and compares everything.</summary>
    public void IsCompletedIn(Sandbox sandbox, string? history = null)
    {
        var ended = sandbox.RunHere(Command);
        Assert.True(ended.Code == 0, $"{history} {ended}");
        Assert.True(Rows == ended.Json().GetProperty("rows").GetRawText(), $"{history}: other rows");
        IsIn(sandbox, history);
    }

    /// <summary>Compares a store in which the study has ended.</summary>
    public void IsIn(Sandbox sandbox, string? history = null)
    {
        Assert.True(Sums == StoreFolder.Sums(sandbox.StorePath), $"{history}: other bytes");
        StoreFolder.AssertSound(sandbox.StorePath);
        StoreFolder.AssertNothingUnfinished(sandbox.StorePath, history);
        Assert.Equal(0, sandbox.RunHere("runs", "verify").Code);
    }
}
