using System.Text.Json.Nodes;

namespace Tombola.Jobs;

/// <summary>Whether the entries of a store have keys as this program makes them.</summary>
internal static class StoreFormat
{
    /// <summary>Looks at one entry: a store is written by one format from its first entry on.</summary>
    /// <exception cref="InvalidDataException">An older program made the store: none of its results would be found, and both kinds would get mixed.</exception>
    public static void Demand(string store)
    {
        JsonObject? job;
        try
        {
            job = StoreEntry.FoldersOf(store).Select(StoreEntry.TryRead).Select(entry => entry?.Job).FirstOrDefault(job => job is not null);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // Whoever reads or writes there will say so.
            return;
        }

        if (job is not null && !job.ContainsKey(CanonicalJson.Bits))
        {
            throw new InvalidDataException($"The store {store} was written by Tombola 0.2 or older, whose jobs have other keys, so none of its results would be found. Choose another folder with --store DIR, or remove this one.");
        }
    }
}
