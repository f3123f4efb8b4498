using System.Globalization;
using Tombola.Jobs;
using Tombola.Jobs.Claims;
using Tombola.Reporting;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Jobs.Trust;

/// <summary>Whatever happened to a store, its numbers are right or refused in a sentence with a way out, and one run with --repair makes it whole.</summary>
public sealed class StoreFaultTests(WholeStore whole, Xunit.Abstractions.ITestOutputHelper log) : IClassFixture<WholeStore>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private int _cases, _refused;
    private Exception? _problem;

    [Fact]
    public void Faults_in_every_file_of_every_kind_of_entry() => Try(
        from entry in whole.OneOfEachKind
        from file in Directory.GetFiles(entry.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
        from fault in Fault.OfFiles
        select ($"{entry.Kind}/{file}: {fault.Name}", (Action<string>)(store =>
        {
            var path = Place(store, entry, file);
            var other = new Store(whole.FullPath).Entries().First(one => one.Key != entry.Key && File.Exists(Path.Combine(one.Folder, file)) && !File.ReadAllBytes(Path.Combine(one.Folder, file)).AsSpan().SequenceEqual(File.ReadAllBytes(path)));
            fault.Do(path, Path.Combine(other.Folder, file));
        })), 40);

    [Fact]
    public void Faults_in_the_place_of_an_entry_and_of_the_folder_above() => Try(
        from entry in whole.OneOfEachKind
        from above in new[] { false, true }
        from fault in Fault.OfPlaces.Where(fault => !(above && fault.Name.EndsWith("/dev", StringComparison.Ordinal)))
        select ($"{entry.Kind}, {(above ? "above" : "itself")}: {fault.Name}", (Action<string>)(store =>
        {
            var path = Place(store, entry);
            fault.Do(above ? Path.GetDirectoryName(path)! : path, "");
        })), 16);

    [Fact]
    public void Lists_of_checksums_that_nobody_wrote() => Try(
        from entry in whole.OneOfEachKind
        from fault in Fault.OfLists
        select ($"{entry.Kind}: {fault.Name}", (Action<string>)(store =>
        {
            var path = Place(store, entry, "SHA256SUMS");
            File.WriteAllText(path, fault.Change(File.ReadAllText(path)));
        })), 16);

    [Fact]
    public void Faults_in_the_folders_of_the_store_itself() => Try(
        from name in new[] { "partial", "claims", "damaged", "reports" }
        from fault in Fault.OfPlaces.Where(fault => !fault.Name.EndsWith("/dev", StringComparison.Ordinal))
        select ($"{name}: {fault.Name}", (Action<string>)(store =>
        {
            Directory.CreateDirectory(Path.Combine(store, name));
            fault.Do(Path.Combine(store, name), "");
            Spoil(store);
        })), 16);

    [Fact]
    public void Whatever_stands_where_a_job_is_computed_or_claimed() => Try(
        from place in new[] { "partial/KEY", "partial/KEY/checkpoint.safetensors", "claims/KEY", "claims/KEY.unreadable0" }
        from fault in Fault.OfFiles.Where(fault => fault.Name is not ("cut" or "emptied" or "one bit flipped" or "swapped"))
        select ($"{place}: {fault.Name}", (Action<string>)(store =>
        {
            var key = Spoil(store);
            var path = Path.Combine(store, place.Replace("KEY", key, StringComparison.Ordinal));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (place.EndsWith('0')) File.WriteAllText(Path.Combine(store, "claims", key), "");
            fault.Do(path, "");
        })), 20, mayBeRefused: false);

    [Fact]
    public void Claims_of_the_dead_lead_in_no_circle() => Try(
        from length in new[] { 1, 2, 5 }
        from readable in new[] { false, true }
        select ($"{length} dead, {(readable ? "" : "un")}readable", (Action<string>)(store =>
        {
            var key = Spoil(store);
            var path = Path.Combine(Directory.CreateDirectory(Path.Combine(store, "claims")).FullName, key);
            for (var i = 0; i < length; i++)
            {
                var record = new ClaimRecord(key, "dead", Owner.Self with { Started = "1" }, readable ? $"n{(i == length - 1 ? 0 : i)}" : "", DateTime.UtcNow, 0, 0);
                Assert.True(record.TryCreate(path));
                path = Path.Combine(store, "claims", readable ? $"{key}.n{i}" : string.Create(CultureInfo.InvariantCulture, $"{key}.unreadable{i}"));
            }
        })), 6, mayBeRefused: false);

    private static string Place(string store, StoreEntry entry, string file = "") => Path.Combine(new Store(store).EntryOf(entry.Key), file).TrimEnd('/');

    /// <summary>Removes two entries that have to be computed again, and gives the key of the first.</summary>
    private string Spoil(string store)
    {
        var (prune, shuffle) = (whole.OneOfEachKind.First(entry => entry.Kind == "prune"), whole.OneOfEachKind.First(entry => entry.Kind == "shuffle-mask"));
        Directory.Delete(Place(store, prune), recursive: true);
        Directory.Delete(Place(store, shuffle), recursive: true);
        return prune.Key;
    }

    private void Try(IEnumerable<(string Name, Action<string> Spoil)> cases, int few, bool mayBeRefused = true)
    {
        if (OperatingSystem.IsWindows()) return;
        foreach (var (name, spoil) in Sample.Of([.. cases], few))
        {
            using var folder = new TemporaryFolder();
            whole.CopyTo(folder.FullPath);
            spoil(folder.FullPath);

            // Opening a pipe would wait for ever, so that the test ends rather than the case.
            var thread = new Thread(() => Judge(name, folder.FullPath, mayBeRefused)) { IsBackground = true };
            _problem = null;
            thread.Start();
            Assert.True(thread.Join(Limit), $"{name}: nobody came back from it.");
            Assert.True(_problem is null, $"{name}: {_problem}");
            _cases++;
        }

        log.WriteLine($"{_cases} cases, {_refused} refused without --repair, none wrong");
    }

    private void Judge(string name, string store, bool mayBeRefused)
    {
        string[] initial = [.. new Store(whole.FullPath).Entries().Where(entry => entry.Kind == "initialise").Select(entry => entry.Key)];
        try
        {
            try
            {
                Assert.Equal(whole.Rows, WholeStore.Run(new Store(store, false, new HurriedClock())).Rows);
            }
            catch (Exception refusal) when (mayBeRefused && refusal is InvalidDataException or IOException or JobsFailedException)
            {
                var sentence = refusal is JobsFailedException failed ? failed.Failures[0].Sentence : FailureSentence.Of(refusal);
                Assert.InRange(sentence.Length, 10, 500);
                Assert.Contains("--repair", sentence, StringComparison.Ordinal);
                Assert.DoesNotContain(sentence.ToCharArray(), char.IsControl);
                _refused++;
            }

            Assert.Equal(whole.Rows, WholeStore.Run(new Store(store, true, new HurriedClock())).Rows);

            // Initial weights are not looked at as long as what was trained from them is there, nor is a stranger beside an entry; a look at everything sets them aside.
            Assert.All(StoreInspection.Of(new Store(store, repair: true), CancellationToken.None).Findings, finding => Assert.True(finding.Place.EndsWith("/note", StringComparison.Ordinal) || initial.Any(key => finding.Place.Contains(key[..2], StringComparison.Ordinal)), finding.ToString()));
            var now = Workshop.Contents(new Store(store));
            foreach (var (path, bytes) in whole.Contents.Where(file => now.ContainsKey(file.Key) || !initial.Any(key => file.Key.Contains(key, StringComparison.Ordinal)))) Assert.True(now.GetValueOrDefault(path) == bytes, $"{path} differs");
            Assert.All(new[] { "partial", "claims" }.Select(part => Path.Combine(store, part)).Where(Directory.Exists), part => Assert.DoesNotContain(Directory.GetFileSystemEntries(part), path => Path.GetFileName(path) != "note"));
        }
#pragma warning disable CA1031 // Told by the test's own thread.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            _problem = problem;
        }
    }
}
