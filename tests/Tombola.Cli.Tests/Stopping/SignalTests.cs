using System.Runtime.InteropServices;

namespace Tombola.Cli.Tests;

/// <summary>Ctrl-C, SIGTERM and SIGHUP end every command.</summary>
public sealed partial class SignalTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly string[] Long = ["train", "--preset", "lenet-glyphs", "--steps", "1000000it"];
    private readonly Sandbox _sandbox = new();

    [UnixTheory(needs: "/proc/self/status")]
    [InlineData("bench density")]
    [InlineData("bench evaluate --examples 10000000")]
    [InlineData("bench layers --model cifar_vgg_16")]
    [InlineData("bench path --points 10000 --examples 100000")]
    [InlineData("bench imp")]
    [InlineData("bench step --seconds 10")]
    [InlineData("models show cifar_resnet_1202_64")]
    [InlineData("study list")]
    [InlineData("study show lmc/fig3 --preset lenet-glyphs")]
    [InlineData("doctor")]
    public void A_command_that_measures_or_shows_ends_at_the_first_signal(string command)
    {
        foreach (var send in new Action<Child>[] { child => child.SendInterrupt(), child => child.SendTerminate(), child => child.SendHangUp() })
        {
            using var child = _sandbox.Start([.. command.Split(' '), "--json"]);
            child.UntilHandlingSignals();
            send(child);
            var ended = child.End(Soon);
            ended.FailsWith(3, "tombola: stopped.");
            Assert.Equal((3, "stopped."), (ended.Json().GetProperty("exitCode").GetInt32(), ended.Json().GetProperty("error").GetString()));
        }
    }

    [UnixTheory(needs: "/proc/self/status")]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_training_ends_at_the_first_signal_and_says_how_to_go_on(string signal)
    {
        using var child = _sandbox.Start([.. Long, "--json"]);
        child.Until(() => StoreFolder.Partial(_sandbox.StorePath).Length > 0 && StoreFolder.Entries(_sandbox.StorePath).Length > 0);
        Send(child, signal);
        var ended = child.End(Soon);
        ended.FailsWith(3, "stopping; once more", "run the same command to go on");
        Assert.Equal(3, ended.Json().GetProperty("exitCode").GetInt32());
    }

    [UnixFact(needs: "/proc/self/status")]
    public void The_second_signal_ends_at_once_what_takes_its_time()
    {
        // One step of this training takes many seconds, and only between steps is there a look at signals.
        using var child = _sandbox.Start("train", "--preset", "lenet-glyphs", "--set", "model=mnist_lenet_3000_3000", "--set", "batch=6000", "--steps", "20it");
        child.Until(() => StoreFolder.Entries(_sandbox.StorePath).Length > 0 && StoreFolder.Partial(_sandbox.StorePath).Length > 0);
        child.SendInterrupt();
        Thread.Sleep(200);
        if (!child.HasEnded) child.SendInterrupt();
        child.End(TimeSpan.FromSeconds(5)).FailsWith(3, "run the same command to go on");
    }

    [UnixTheory(needs: "/bin/bash")]
    [InlineData("HUP")]
    [InlineData("INT")]
    public void A_signal_that_the_parent_ignores_stays_ignored(string ignored)
    {
        using var child = new Child("/bin/bash", ["-c", $"trap '' {ignored}; exec \"$0\" \"$@\"", Child.Program, Child.Assembly, .. Long], _sandbox.Environment());
        child.Until(() => StoreFolder.Partial(_sandbox.StorePath).Length > 0);
        for (var i = 0; i < 2; i++) Send(child, ignored);
        Thread.Sleep(500);
        Assert.False(child.HasEnded);
        child.SendTerminate();
        child.End(Soon).FailsWith(3, "run the same command to go on");
    }

    [UnixFact(needs: "/proc/self/status")]
    public void Children_of_the_tests_start_with_default_signals_whoever_started_the_tests()
    {
        const int HangUp = 1, Ignore = 1;
        var before = Handle(HangUp, Ignore);
        try
        {
            using var child = new Child("grep", ["SigIgn", "/proc/self/status"], new Dictionary<string, string>());
            Assert.Equal(0UL, Convert.ToUInt64(child.End().Output.Split('\t')[1].Trim(), 16) & 0b100_0000_0000_0111);
        }
        finally
        {
            Handle(HangUp, before);
        }
    }

    public void Dispose() => _sandbox.Dispose();

    private static void Send(Child child, string signal)
    {
        switch (signal)
        {
            case "INT": child.SendInterrupt(); break;
            case "TERM": child.SendTerminate(); break;
            default: child.SendHangUp(); break;
        }
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Handle(int signal, nint handler);
}
