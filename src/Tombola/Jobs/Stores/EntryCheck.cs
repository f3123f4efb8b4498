using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tombola.Jobs;

/// <summary>Reads everything in the folder of an entry.</summary>
internal static class EntryCheck
{
    /// <summary>What keeps a folder from being the entry of a job: a sentence without subject and end, or null if it is sound to its last byte.</summary>
    public static string? Problem(string folder, string key)
    {
        try
        {
            if (!Directory.Exists(folder)) return "it is not a folder";
            if (EntryChecksums.Read(folder, out var problem) is not { } sums) return problem;
            if ((sums.Problem() ?? sums.Problem(Store.JobFile) ?? sums.Problem(Store.ResultFile)) is { } unsound) return unsound;
            var stranger = Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).FirstOrDefault(name => name != EntryChecksums.FileName && !sums.Sums.ContainsKey(name));
            if (stranger is not null) return $"{EntryChecksums.FileName} does not list {stranger}";
            if (Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, Store.JobFile)))) != key) return $"{Store.JobFile} describes another job";
            return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, Store.ResultFile))) is JsonObject ? null : $"{Store.ResultFile} is no JSON object";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            return $"it cannot be read ({unreadable.Message.TrimEnd('.')})";
        }
    }

    /// <summary>True if an interrupted run of this version had finished a job in this folder, and only the renaming is left.</summary>
    public static bool IsFinished(string folder, string key) =>
        Place.IsTaken(Path.Combine(folder, EntryChecksums.FileName)) && Problem(folder, key) is null && StoreEntry.VersionIn(File.ReadAllText(Path.Combine(folder, Store.ResultFile))) == ProgramVersion.Current;
}
