using Tombola.Data;
using Xunit;

namespace Tombola.Tests.Data;

/// <summary>A fact about the real MNIST. Skipped, with the reason, on machines that do not have it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute()
    {
        if (RealData.Folder is null) Skip = $"MNIST is not on this machine; name its folder in {DataFolder.Variable}.";
    }
}

/// <summary>A fact about a real archive of CIFAR-10, whole or in part. Skipped, with the reason, on machines that do not have one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CifarFactAttribute : FactAttribute
{
    public CifarFactAttribute()
    {
        if (RealData.CifarFolder is null) Skip = $"CIFAR-10 is not on this machine; name its folder in {DataFolder.Variable}.";
    }
}

/// <summary>Where the real data is: the folder that the environment names, or one beside a folder above the tests.</summary>
internal static class RealData
{
    private const string AnyFile = "train-images-idx3-ubyte";

    public static DataFolder? Folder { get; } = Candidates().FirstOrDefault(HasMnist);

    public static DataFolder? CifarFolder { get; } = Candidates().FirstOrDefault(HasCifar);

    private static IEnumerable<DataFolder> Candidates()
    {
        if (Environment.GetEnvironmentVariable(DataFolder.Variable) is { Length: > 0 } named) yield return new DataFolder(named);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return new DataFolder(Path.Combine(folder.FullName, "shared", "data"));
        }
    }

    private static bool HasMnist(DataFolder folder) => folder.TryFind(IdxArchive.Subfolders(Mnist.Archive), AnyFile) is not null;

    private static bool HasCifar(DataFolder folder) => Cifar10.Archive.Format.TryFind(Cifar10.Archive, Cifar10.Archive.Files[0], folder) is not null;
}
