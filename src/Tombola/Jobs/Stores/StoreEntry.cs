using System.Text.Json;
using System.Text.Json.Nodes;
using Tombola.Engine.Foreign;

namespace Tombola.Jobs;

/// <summary>An entry of a store as a listing shows it. Nothing of it is proven; files are read when they are asked for.</summary>
/// <param name="Key">Key of the job.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Finished">When it was renamed into place (UTC).</param>
public sealed record StoreEntry(string Key, string Folder, DateTime Finished)
{
    /// <summary>No description or result of ours is longer.</summary>
    public const int Longest = 50_000_000;

    private const int KeyLength = 64;
    private readonly Lazy<JsonObject?> _job = new(() => TryRead(Folder, Store.JobFile)), _result = new(() => TryRead(Folder, Store.ResultFile));

    /// <summary>What <c>job.json</c> says; null if it cannot be read.</summary>
    public JsonObject? Job => _job.Value;

    /// <summary>What <c>result.json</c> says; null if it cannot be read.</summary>
    internal JsonObject? Result => _result.Value;

    /// <summary>Kind of the job, empty if unknown.</summary>
    public string Kind => Field("kind");

    /// <summary>Network of the job, empty if it has none.</summary>
    public string Model => Field("model");

    /// <summary>Version of the program that made it, empty if its result cannot be read.</summary>
    public string Version => Result is { } result ? VersionIn(result) : "";

    /// <summary>Length of its files together.</summary>
    public long Bytes
    {
        get
        {
            try
            {
                return new DirectoryInfo(Folder).EnumerateFiles().Sum(file => file.Length);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                return 0;
            }
        }
    }

    /// <summary>The folders of a store that are named like entries.</summary>
    internal static IEnumerable<string> FoldersOf(string store)
    {
        // A folder that another user closed is passed over here, and told of by runs verify; one that is marked hidden is an entry like any other.
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = 0 };
        return !Directory.Exists(store) ? [] : Directory.EnumerateDirectories(store, "??", options)
            .SelectMany(above => Directory.EnumerateDirectories(above, "*", options))
            .Where(folder => IsPlace(Path.GetFileName(Path.GetDirectoryName(folder)!), Path.GetFileName(folder)));
    }

    /// <summary>The entry in a folder, or null if it is gone.</summary>
    internal static StoreEntry? TryRead(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? new StoreEntry(Path.GetFileName(folder), folder, Directory.GetLastWriteTimeUtc(folder)) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>True for the two names of an entry's folder: the first two digits of its key, and the key.</summary>
    public static bool IsPlace(string above, string key)
    {
        ArgumentNullException.ThrowIfNull(above);
        ArgumentNullException.ThrowIfNull(key);
        return above.Length == 2 && IsKey(key) && key.StartsWith(above, StringComparison.Ordinal);
    }

    internal static bool IsKey(string name) => name.Length == KeyLength && name.All(char.IsAsciiHexDigitLower);

    /// <summary>The version that the text of a result names.</summary>
    internal static string VersionIn(string result) => JsonNode.Parse(result) is JsonObject json ? VersionIn(json) : ProgramVersion.Unnamed;

    private static string VersionIn(JsonObject result) => result[Store.VersionField] is JsonValue version && version.TryGetValue<string>(out var text) ? text : ProgramVersion.Unnamed;

    private string Field(string name) => Job?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>The object in one of an entry's files, read to its last word, so that nothing in it can fail later.</summary>
    /// <exception cref="InvalidDataException">The file holds no JSON object.</exception>
    public static JsonObject Read(string folder, string file)
    {
        try
        {
            var json = JsonNode.Parse(RegularFile.ReadAll(Path.Combine(folder, file), Longest), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new InvalidDataException($"{file} of the entry {folder} is no JSON object. Run its study with --repair.");
            _ = json.ToJsonString();
            return json;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or ArgumentException)
        {
            // The last two are text that is no Unicode, and names that come twice.
            throw new InvalidDataException($"{file} of the entry {folder} is damaged ({unreadable.Message.TrimEnd('.')}). Run its study with --repair.", unreadable);
        }
    }

    private static JsonObject? TryRead(string folder, string file)
    {
        try
        {
            return Read(folder, file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }
}
