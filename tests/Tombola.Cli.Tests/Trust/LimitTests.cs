using System.Globalization;

namespace Tombola.Cli.Tests.Trust;

/// <summary>Too little memory and too few files end in a sentence, never in an abort.</summary>
public sealed class LimitTests : IDisposable
{
    private static readonly string[] Train = ["train", "--preset", "lenet-glyphs", "--set", "subsample=200", "--steps", "20it", "--json"];
    private readonly Sandbox _sandbox = new();

    public static TheoryData<int> Heaps
    {
        get
        {
            var chosen = new TheoryData<int>();

            // Below, the runtime itself dies now and then (of signal 11 in one run of eight with 16 MB).
            foreach (var size in Long.Some([20, 24, 32, 48, 64, 128, 256], 3)) chosen.Add(size);
            return chosen;
        }
    }

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [MemberData(nameof(Heaps))]
    public void A_small_heap_is_enough_or_ends_in_a_sentence(int megabytes)
    {
        using var child = new Child(Child.Program, [Child.Assembly, .. SmallStudy.Command], _sandbox.Environment(("DOTNET_GCHeapHardLimit", (megabytes << 20).ToString("x", CultureInfo.InvariantCulture))));
        SucceedsOrSays(child.End(), "not enough memory");
    }

    [UnixTheory(needs: "/bin/bash")]
    [InlineData("-n 60")]
    [InlineData("-n 70")]
    [InlineData("-n 200")]
    [InlineData("-v 20000000")]
    public void A_limit_of_the_shell_is_enough_or_ends_in_a_sentence(string limit)
    {
        // Without a limit on its heap the runtime reserves more addresses than -v allows, and does not start.
        using var child = new Child(
            "/bin/bash",
            ["-c", $"ulimit -c 0; ulimit {limit}; exec \"$0\" \"$@\"", Child.Program, Child.Assembly, .. Train],
            _sandbox.Environment(("DOTNET_GCHeapHardLimit", "8000000"), ("DOTNET_EnableWriteXorExecute", "0")));
        SucceedsOrSays(child.End());
    }

    private void SucceedsOrSays(Ended ended, params string[] parts)
    {
        Assert.NotEqual(134, ended.Code);

        // Where not even the runtime starts there is nobody to say a sentence of ours.
        if (ended.Code == 0 || ended.Error.Contains("Failed to create CoreCLR", StringComparison.Ordinal)) return;
        ended.FailsWith(1, parts);
        StoreFolder.AssertSound(_sandbox.StorePath);
    }
}
