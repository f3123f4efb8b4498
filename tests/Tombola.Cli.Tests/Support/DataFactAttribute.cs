namespace Tombola.Cli.Tests.Support;

/// <summary>A fact about the real MNIST. Skipped, with the reason, on machines that do not have it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute()
    {
        if (RealData.Folder is null) Skip = "MNIST is not on this machine; name its folder in TOMBOLA_DATA.";
    }
}

/// <summary>Where the real data is: the folder that the environment names, or one beside a folder above the tests.</summary>
internal static class RealData
{
    public static string? Folder { get; } = Candidates().FirstOrDefault(folder =>
        File.Exists(Path.Combine(folder, "mnist", "train-images-idx3-ubyte.gz")) || File.Exists(Path.Combine(folder, "mnist", "train-images-idx3-ubyte")));

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("TOMBOLA_DATA") is { Length: > 0 } named) yield return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent) yield return Path.Combine(folder.FullName, "shared", "data");
    }
}
