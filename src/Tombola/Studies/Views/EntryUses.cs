using System.Globalization;
using System.Text;
using Tombola.Engine.Foreign;
using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>What the reports of a store know of its entries: which studies each is behind, and in which replicate.</summary>
internal sealed class EntryUses
{
    private const string Tickets = "tickets.csv";
    private const int LongestTickets = 100_000_000, HashLength = 13;

    /// <summary>Names by which an entry's job calls those that it reads.</summary>
    private static readonly string[] Inputs = ["start", "mask", "state", "first", "second"];

    /// <summary>Columns with the keys of a ticket's entries.</summary>
    private static readonly string[] Keys = ["mask_key", "rewound_key", "trained_key"];

    private readonly Dictionary<string, SortedSet<string>> _studies = [];
    private readonly Dictionary<string, int> _replicates = [];
    private readonly Dictionary<string, string> _names;
    private readonly EntryIndex _index;

    /// <summary>Reads the reports.</summary>
    /// <param name="store">The store.</param>
    /// <param name="index">Its entries.</param>
    /// <param name="studies">Names of the studies that there are: folders of reports have them without slashes.</param>
    public EntryUses(Store store, EntryIndex index, IEnumerable<string> studies)
    {
        (_index, _names) = (index, studies.ToDictionary(name => name.Replace('/', '-')));
        var folder = Path.Combine(store.Path, ReportJobs.Folder);
        if (!Directory.Exists(folder)) return;
        foreach (var report in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)) Read(report);
        var entries = index.All.ToDictionary(entry => entry.Key);
        foreach (var (key, replicate) in _replicates.ToArray())
        {
            if (entries.TryGetValue(key, out var entry)) Spread(entry, replicate);
        }
    }

    /// <summary>Names of the studies that an entry is behind.</summary>
    public IReadOnlyCollection<string> StudiesOf(StoreEntry entry) => _studies.TryGetValue(entry.Key, out var studies) ? studies : [];

    /// <summary>Number of its replicate; null if no report says.</summary>
    public int? ReplicateOf(StoreEntry entry) => _replicates.TryGetValue(entry.Key, out var known) ? known
        : Inputs.Select(name => _index.Input(entry, name)).OfType<StoreEntry>().Select(input => _replicates.TryGetValue(input.Key, out var replicate) ? replicate : (int?)null).FirstOrDefault(replicate => replicate is not null);

    /// <summary>Takes in one report. What is damaged is passed over, and so is what lists no tickets: it is no study's.</summary>
    private void Read(string report)
    {
        if (Path.GetFileName(report) is not { Length: > HashLength } name || ReportJobs.Read(report) is not { } keys || EntryChecksums.Read(report, out _) is not { } sums || sums.Problem(Tickets) is not null) return;
        foreach (var key in keys)
        {
            if (!_studies.TryGetValue(key, out var studies)) _studies[key] = studies = new SortedSet<string>(StringComparer.Ordinal);
            studies.Add(_names.GetValueOrDefault(name[..^HashLength], name[..^HashLength]));
        }

        using var text = new StringReader(Encoding.UTF8.GetString(RegularFile.ReadAll(Path.Combine(report, Tickets), LongestTickets)));
        var rows = Csv.Read(text);
        string[] header = rows.Count == 0 ? [] : [.. rows[0]];
        var at = Array.IndexOf(header, "replicate");
        int[] places = [.. Keys.Select(column => Array.IndexOf(header, column))];
        if (at < 0 || places.Contains(-1)) return;
        foreach (var row in rows.Skip(1))
        {
            if (!int.TryParse(row[at], NumberStyles.None, CultureInfo.InvariantCulture, out var replicate)) continue;
            foreach (var key in places.Select(place => row[place]).Where(key => key.Length > 0)) _replicates[key] = replicate;
        }
    }

    /// <summary>What a ticket was made from belongs to its replicate.</summary>
    private void Spread(StoreEntry entry, int replicate)
    {
        var waiting = new Stack<StoreEntry>([entry]);
        while (waiting.TryPop(out var next))
        {
            foreach (var input in Inputs.Select(name => _index.Input(next, name)).OfType<StoreEntry>())
            {
                if (_replicates.TryAdd(input.Key, replicate)) waiting.Push(input);
            }
        }
    }
}
