using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Studies;

namespace Tombola.Tests.Jobs.Trust;

/// <summary>The store of a small quickstart, of which each case gets a copy to spoil.</summary>
public sealed class WholeStore : IDisposable
{
    private static readonly StudyRequest Request = new()
    {
        Preset = ReplicateTests.Mini with { Levels = 1, StudiedLevel = 1, Points = 3, Recipe = ReplicateTests.Mini.Recipe with { Steps = "20it" } },
        Scale = "tiny",
        Replicates = 1,
    };

    private readonly TemporaryFolder _folder = new();

    public WholeStore()
    {
        Rows = Run(new Store(FullPath)).Rows;
        Contents = Workshop.Contents(new Store(FullPath));
    }

    public string FullPath => _folder.FullPath;

    public IReadOnlyList<StudyRow> Rows { get; }

    internal IReadOnlyDictionary<string, string> Contents { get; }

    /// <summary>The last entry of each kind: initial weights, trainings, masks, measurements.</summary>
    internal IEnumerable<StoreEntry> OneOfEachKind => new Store(FullPath).Entries().GroupBy(entry => entry.Kind).Select(kind => kind.Last());

    public void Dispose() => _folder.Dispose();

    internal static StudyResult Run(Store store) => StudyRunner.Run(StudyCatalogue.Find("quickstart"), Request, new LocalExecutor(store, Workshop.Data, 1), null, CancellationToken.None);

    internal void CopyTo(string store)
    {
        foreach (var path in Directory.GetFiles(FullPath, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(store, Path.GetRelativePath(FullPath, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }
}
