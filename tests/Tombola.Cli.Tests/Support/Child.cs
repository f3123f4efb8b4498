using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Tombola.Cli.Tests.Support;

/// <summary>A running child process whose output is collected. It never outlives its test.</summary>
public sealed partial class Child : IDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private const int HangUp = 1, Interrupt = 2, Kill = 9, Terminate = 15, StopOnLinux = 19, ContinueOnLinux = 18, StopOnMac = 17, ContinueOnMac = 19;

    /// <summary>Whoever started the tests may ignore signals, which children would inherit: nohup does, and scripts for their background jobs.</summary>
    private static readonly string[] DefaultSignals = HasDefaultSignals() ? ["env", "--default-signal=HUP,INT,QUIT,TERM"] : [];

    private readonly Process _process;
    private readonly StringBuilder _output = new(), _error = new();
    private readonly string _commandLine;

    public Child(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string? folder = null)
    {
        string[] words = [.. DefaultSignals, program, .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        start.Environment.Clear();
        foreach (var (name, value) in Here.Inherited.Concat(environment)) start.Environment[name] = value;
        _commandLine = string.Join(' ', arguments.Skip(1));
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Collect(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Collect(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The command that starts .NET programs.</summary>
    public static string Program => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    /// <summary>The program under test, beside the tests.</summary>
    public static string Assembly => Path.Combine(AppContext.BaseDirectory, "Tombola.Cli.dll");

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>What it has written to standard output so far.</summary>
    public string OutputSoFar
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>What it has written to standard error so far.</summary>
    public string ErrorSoFar
    {
        get
        {
            lock (_error) return _error.ToString();
        }
    }

    /// <summary>Waits for the end, at most <see cref="Limit"/> or as long as is said.</summary>
    public Ended End(TimeSpan? limit = null)
    {
        if (!_process.WaitForExit(limit ?? Limit))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"'{_commandLine}' did not end within {limit ?? Limit}. {_error}");
        }

        // The overload without a limit waits for the last lines of output, which an ended process has already written.
        _process.WaitForExit();
        lock (_output) lock (_error) return new Ended(_commandLine, _process.ExitCode, _output.ToString(), _error.ToString());
    }

    /// <summary>Waits until something is true, or the process has ended.</summary>
    public void Until(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition() && !HasEnded)
        {
            Assert.True(watch.Elapsed < Limit, $"'{_commandLine}' kept the test waiting for {Limit}.");
            Thread.Sleep(2);
        }
    }

    /// <summary>Waits until the program has taken signals into its hands: the runtime alone leaves SIGHUP, the first of the mask, as it is.</summary>
    public void UntilHandlingSignals() => Until(() => Mask("SigCgt") % 2 == 1);

    /// <summary>A mask of signals of the running process, the first in the lowest bit; needs Linux.</summary>
    public ulong Mask(string name)
    {
        try
        {
            return Convert.ToUInt64(File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split('\t')[1], 16);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            return 0;
        }
    }

    /// <summary>What Ctrl-C does.</summary>
    public void SendInterrupt() => Assert.Equal(0, Signal(_process.Id, Interrupt));

    /// <summary>What service managers do.</summary>
    public void SendTerminate() => Assert.Equal(0, Signal(_process.Id, Terminate));

    /// <summary>What a terminal does that is closed.</summary>
    public void SendHangUp() => Assert.Equal(0, Signal(_process.Id, HangUp));

    /// <summary>The end without a warning.</summary>
    public void SendKill()
    {
        if (!HasEnded) _ = Signal(_process.Id, Kill);
    }

    /// <summary>Holds the process still for a while.</summary>
    public void Pause(TimeSpan time)
    {
        Stop();
        Thread.Sleep(time);
        Continue();
    }

    /// <summary>Holds the process still.</summary>
    public void Stop()
    {
        if (!HasEnded) _ = Signal(_process.Id, OperatingSystem.IsMacOS() ? StopOnMac : StopOnLinux);
    }

    /// <summary>Lets it go on.</summary>
    public void Continue()
    {
        if (!HasEnded) _ = Signal(_process.Id, OperatingSystem.IsMacOS() ? ContinueOnMac : ContinueOnLinux);
    }

    public void Dispose()
    {
        if (!HasEnded) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static bool HasDefaultSignals()
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "true"]) { RedirectStandardError = true });
            probe!.WaitForExit();
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static void Collect(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.Append(line).Append('\n');
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}

/// <summary>What a program left when it ended.</summary>
public sealed record Ended(string CommandLine, int Code, string Output, string Error)
{
    /// <summary>Standard output, which must be one JSON value and nothing else.</summary>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    /// <summary>Checks that the program failed with a sentence for a person: no stack trace, and with the given parts.</summary>
    public void FailsWith(int code, params string[] parts)
    {
        Assert.True(Code == code, $"The exit code should be {code}. {this}");
        Assert.StartsWith("tombola: ", Error.Split('\n').First(line => line.StartsWith("tombola: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error + Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Error + Output, StringComparison.Ordinal);
        foreach (var part in parts) Assert.Contains(part, Error, StringComparison.Ordinal);
    }
}
