using Tombola.Engine.Foreign;

namespace Tombola.Jobs.Claims;

/// <summary>The right to compute one job, and the folder to compute it in, which nobody else writes into.</summary>
internal sealed class JobClaim : IDisposable
{
    private readonly ClaimTable _table;
    private readonly IReadOnlyList<string> _chain;
    private readonly string _resting;
    private ClaimRecord _record;

    internal JobClaim(ClaimTable table, ClaimRecord record, IReadOnlyList<string> chain, string folder, string resting) =>
        (_table, _record, _chain, Folder, _resting) = (table, record, chain, folder, resting);

    /// <summary>The folder to compute in: that of an interrupted run if it left a checkpoint, else empty.</summary>
    public string Folder { get; }

    /// <summary>True if another process took the job over, because this one gave no sign of life: it stood still, or its disk did. A claim that cannot be read now is not lost.</summary>
    public bool IsLost => !Directory.Exists(Folder) || (_table.Tip(_record.Key)?.Record is { IsReadable: true } record && record.Nonce != _record.Nonce);

    private bool IsMine => _table.Tip(_record.Key)?.Record.Nonce == _record.Nonce;

    /// <summary>Gives a sign of life.</summary>
    /// <param name="progress">Fraction of the job that is done.</param>
    public void Beat(double progress)
    {
        _record = _record with { Beat = _record.Beat + 1, Progress = progress };
        _record.TryRewrite(_chain[^1]);
    }

    /// <summary>Empties the folder of a job that turned out to be finished.</summary>
    public void Drop() => Place.Clear(Folder);

    /// <summary>Gives the right back. A folder that is worth going on from stays for whoever does; any other goes.</summary>
    public void Dispose()
    {
        // Another process that took over took the folder along.
        if (Directory.Exists(Folder))
        {
            if (ClaimTable.IsWorthKeeping(Folder))
            {
                foreach (var half in Directory.GetFiles(Folder, "*" + WholeFile.Unfinished)) File.Delete(half);
                Place.Clear(_resting);
                Directory.Move(Folder, _resting);
            }
            else
            {
                Place.Clear(Folder);
            }
        }

        // The root first: without it nobody comes by the rest of the chain any more, and whoever takes the job next makes a new root.
        if (!IsMine) return;
        foreach (var link in _chain) Place.Clear(link);
    }
}
