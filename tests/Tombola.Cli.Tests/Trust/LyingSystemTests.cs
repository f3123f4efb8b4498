namespace Tombola.Cli.Tests.Trust;

/// <summary>Two processes on one store whose system lies to them end with the bytes of one on a system that does not.</summary>
public sealed class LyingSystemTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [ProgramFact("cc")]
    public void Locks_that_fail_do_no_harm() => TwoAgree(Stub.NoLocks);

    [ProgramFact("cc")]
    public void A_disk_that_shows_late_what_others_wrote_does_no_harm() => TwoAgree(Stub.LateSight);

    [ProgramFact("cc")]
    public void A_clock_that_jumps_at_every_look_does_no_harm() => TwoAgree(Stub.JumpingClock);

    private void TwoAgree(string stub)
    {
        var environment = _sandbox.Environment(("LD_PRELOAD", Stub.Compile(_sandbox, stub)));
        for (var round = 0; round < Long.Count(1, 10); round++)
        {
            Child[] children = [.. Enumerable.Range(0, 2).Select(_ => new Child(Child.Program, [Child.Assembly, .. SmallStudy.Command], environment))];
            try
            {
                foreach (var child in children)
                {
                    var ended = child.End();
                    Assert.True(ended.Code == 0, ended.ToString());
                    Assert.Equal(SmallStudy.Undisturbed.Rows, ended.Json().GetProperty("rows").GetRawText());
                }
            }
            finally
            {
                foreach (var child in children) child.Dispose();
            }

            SmallStudy.Undisturbed.IsIn(_sandbox);
            Directory.Delete(_sandbox.StorePath, recursive: true);
        }
    }
}
