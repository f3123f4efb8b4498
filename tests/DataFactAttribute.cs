namespace Tombola.Tests.Data;

/// <summary>A fact about the real MNIST. Skipped, with the reason, on machines that do not have it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DataFactAttribute : Xunit.FactAttribute
{
    public DataFactAttribute()
    {
        if (RealData.Mnist is null) Skip = $"MNIST is not on this machine; name its folder in {RealData.Variable}.";
    }
}

/// <summary>Where the real data is: the folder that the environment names, or one beside a folder above the tests.</summary>
internal static class RealData
{
    public const string Variable = "TOMBOLA_DATA";

    /// <summary>As it was when the tests began: tests of commands change it.</summary>
    private static readonly string? Named = Environment.GetEnvironmentVariable(Variable);

    /// <summary>The folder of data sets that has MNIST, as its files are published or unpacked; null if there is none.</summary>
    public static string? Mnist { get; } = Candidates().FirstOrDefault(folder =>
        new[] { "mnist", Path.Combine("MNIST", "raw"), "" }.Any(place => Directory.Exists(Path.Combine(folder, place)) && Directory.GetFiles(Path.Combine(folder, place), "train-images-idx3-ubyte*").Length > 0));

    public static IEnumerable<string> Candidates()
    {
        if (Named is { Length: > 0 }) yield return Named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent) yield return Path.Combine(folder.FullName, "shared", "data");
    }
}
