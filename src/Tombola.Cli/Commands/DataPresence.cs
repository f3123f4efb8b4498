using Tombola.Data;

namespace Tombola.Cli.Commands;

/// <summary>Whether a data set can be used from a folder, found out by reading it.</summary>
internal static class DataPresence
{
    /// <summary>"yes", "no", "damaged", or "unreadable".</summary>
    public static string Of(DatasetSource source, DataFolder folder)
    {
        try
        {
            Datasets.Fingerprint(new DatasetSpec { Name = source.Name }, folder);
            return "yes";
        }
        catch (FileNotFoundException)
        {
            return "no";
        }
        catch (InvalidDataException)
        {
            return "damaged";
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return "unreadable";
        }
    }
}
