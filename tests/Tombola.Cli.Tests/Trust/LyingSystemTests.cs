namespace Tombola.Cli.Tests.Trust;

/// <summary>Two processes on one store whose system lies to them end with the bytes of one on a system that does not.</summary>
public sealed class LyingSystemTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    /// <summary>Locks that fail, a disk that shows late what others wrote, a clock that jumps at every look: one of them a day.</summary>
    public static TheoryData<string> Lies => [.. Long.Some([nameof(Stub.NoLocks), nameof(Stub.LateSight), nameof(Stub.JumpingClock)], 1)];

    [ProgramTheory("cc"), MemberData(nameof(Lies))]
    public void A_system_that_lies_does_no_harm(string lie) => TwoAgree(lie switch
    {
        nameof(Stub.NoLocks) => Stub.NoLocks,
        nameof(Stub.LateSight) => Stub.LateSight,
        _ => Stub.JumpingClock,
    });

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
