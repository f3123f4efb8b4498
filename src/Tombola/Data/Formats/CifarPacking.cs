namespace Tombola.Data;

/// <summary>One of the versions in which CIFAR was published: the same records in the same order.</summary>
/// <param name="File">The archive.</param>
/// <param name="Folder">Name of the folder in it.</param>
/// <param name="TrainFiles">Names of the files with training records, in order.</param>
/// <param name="TestFile">Name of the file with test records.</param>
/// <param name="Read">Reads a file, given where it is from and which labels its records have.</param>
internal sealed record CifarPacking(
    PublishedFile File, string Folder, IReadOnlyList<string> TrainFiles, string TestFile, Func<string, ReadOnlyMemory<byte>, IReadOnlyList<CifarLabel>, CifarFile> Read)
{
    /// <summary>Names of all files, the one of test records last.</summary>
    public IEnumerable<string> Names => TrainFiles.Append(TestFile);
}
