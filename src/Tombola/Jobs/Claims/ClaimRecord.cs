using System.Text.Json;
using Tombola.Engine.Foreign;

namespace Tombola.Jobs.Claims;

/// <summary>What a claim's file says: whose it is, and a count that goes on while its holder lives.</summary>
/// <param name="Key">Key of the job.</param>
/// <param name="Title">The job in words.</param>
/// <param name="Owner">The process that computes it.</param>
/// <param name="Nonce">Names this claim and no other.</param>
/// <param name="Since">When it was taken, by the holder's clock; only shown to people.</param>
/// <param name="Beat">Goes up as long as the holder lives.</param>
/// <param name="Progress">Fraction of the job that is done.</param>
internal sealed record ClaimRecord(string Key, string Title, Owner Owner, string Nonce, DateTime Since, long Beat, double Progress)
{
    /// <summary>Nonce of a file that cannot be read: perhaps it is being written, perhaps its writer was killed.</summary>
    private const string Unreadable = "unreadable";

    /// <summary>What the system says of a place that is taken: EEXIST, or Windows' ERROR_FILE_EXISTS.</summary>
    private const int Taken = 17, TakenOnWindows = unchecked((int)0x80070050);

    /// <summary>Every record takes as many bytes, so that one is written over another in one piece.</summary>
    private const int Length = 1024;

    private const int LongestTitle = 120;

    /// <summary>False for one that stands for a file which cannot be read.</summary>
    public bool IsReadable => !Nonce.StartsWith(Unreadable, StringComparison.Ordinal);

    /// <summary>The same for one that a chain cannot go on from, with a nonce that no other of the chain has.</summary>
    public ClaimRecord AsUnreadable(int number) => this with { Nonce = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Unreadable}{number}") };

    /// <summary>For a person.</summary>
    public RunningJob ToJob() => new(Key, Title, Owner.Host, Owner.Process, Since, Progress);

    /// <summary>The record in the file, null if nothing is there. Whatever else is there keeps the place as well, but is not readable.</summary>
    public static ClaimRecord? TryRead(string path)
    {
        try
        {
            RegularFile.Check(path);
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Parse(file, path);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return Place.IsTaken(path) ? Unknown(path) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException or JsonException or InvalidOperationException)
        {
            return Unknown(path);
        }
    }

    /// <summary>Takes the place exclusively. False if there is something already.</summary>
    public bool TryCreate(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            try
            {
                RandomAccess.Write(file, ToBytes(), 0);
            }
            catch (IOException)
            {
                // The disk is full; a claim that nobody can read would keep others waiting.
                File.Delete(path);
                throw;
            }

            return true;
        }
        catch (IOException taken) when (taken.HResult is Taken or TakenOnWindows)
        {
            // Not asked of the file itself, which a shared disk may show only later.
            return false;
        }
    }

    /// <summary>Writes a sign of life over the last one. False if the file is not this claim's any more.</summary>
    public bool TryRewrite(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (Parse(file, path).Nonce != Nonce) return false;
            RandomAccess.Write(file, ToBytes(), 0);
            return true;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static ClaimRecord Parse(Microsoft.Win32.SafeHandles.SafeFileHandle file, string path)
    {
        var bytes = new byte[Length];
        var got = RandomAccess.Read(file, bytes, 0);
        var record = JsonSerializer.Deserialize<ClaimRecord>(bytes.AsSpan(0, got), JobContext.Json);
        return record is { Title: not null, Nonce.Length: > 0, Owner: { Host: not null, Place: not null, Started: not null } } && record.Nonce.All(char.IsAsciiLetterOrDigit) && record.Key == KeyOf(path) && record.IsReadable ? record : Unknown(path);
    }

    private static ClaimRecord Unknown(string path) =>
        new(KeyOf(path), "a job that cannot be read", new Owner("an unknown machine", "", 0, ""), Unreadable, DateTime.UnixEpoch, 0, 0);

    private static string KeyOf(string path) => Path.GetFileName(path).Split('.')[0];

    private byte[] ToBytes()
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(this with { Title = Title.Length <= LongestTitle ? Title : Title[..LongestTitle] }, JobContext.Json);
        var padded = new byte[Math.Max(Length, bytes.Length)];
        Array.Fill(padded, (byte)' ');
        bytes.CopyTo(padded, 0);
        return padded;
    }
}
