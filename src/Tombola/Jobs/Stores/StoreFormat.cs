using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tombola.Engine.Foreign;

namespace Tombola.Jobs;

/// <summary>Whether the entries of a store have keys as this program makes them.</summary>
internal static class StoreFormat
{
    /// <summary>Looks at one entry: a store is written by one format from its first entry on. What is not proven by its key is damage, which is another matter.</summary>
    /// <exception cref="InvalidDataException">An older program made the store: none of its results would be found, and both kinds would get mixed.</exception>
    public static void Demand(string store)
    {
        if (Refusal(store) is { } refusal) throw new InvalidDataException(refusal);
    }

    /// <summary>What is wrong with such a store; null if nothing is.</summary>
    public static string? Refusal(string store)
    {
        JsonObject? job;
        try
        {
            job = StoreEntry.FoldersOf(store).Select(ProvenJob).FirstOrDefault(job => job is not null);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // Whoever reads or writes there will say so.
            return null;
        }

        return job is null || job.ContainsKey(CanonicalJson.Bits)
            ? null
            : $"The store {store} was written by Tombola 0.2 or older, whose jobs have other keys, so none of its results would be found. Choose another folder with --store DIR, or remove this one.";
    }

    private static JsonObject? ProvenJob(string folder)
    {
        try
        {
            var bytes = RegularFile.ReadAll(Path.Combine(folder, Store.JobFile), StoreEntry.Longest);
            return Convert.ToHexStringLower(SHA256.HashData(bytes)) == Path.GetFileName(folder) ? JsonNode.Parse(bytes) as JsonObject : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }
}
