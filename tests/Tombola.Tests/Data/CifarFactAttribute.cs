using Tombola.Data;
using Xunit;

namespace Tombola.Tests.Data;

/// <summary>A fact about a real archive of CIFAR-10, whole or in part. Skipped, with the reason, on machines that do not have one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CifarFactAttribute : FactAttribute
{
    public CifarFactAttribute()
    {
        if (Folder is null) Skip = $"CIFAR-10 is not on this machine; name its folder in {RealData.Variable}.";
    }

    public static DataFolder? Folder { get; } = RealData.Candidates().Select(folder => new DataFolder(folder))
        .FirstOrDefault(folder => Cifar10.Archive.Format.TryFind(Cifar10.Archive, Cifar10.Archive.Files[0], folder) is not null);
}
