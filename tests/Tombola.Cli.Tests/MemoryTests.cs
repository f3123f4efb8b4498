using System.Globalization;
using Tombola.Reporting;

namespace Tombola.Cli.Tests;

/// <summary>A LeNet job needs less than 150 MB of memory, data included.</summary>
public sealed class MemoryTests(Xunit.Abstractions.ITestOutputHelper log) : IDisposable
{
    private const double Limit = 150;
    private readonly Sandbox _sandbox = new();

    [UnixFact(needs: "/proc/self/status")]
    public void Training_on_glyphs_stays_below_the_promised_memory() => StaysBelow("train", "--preset", "lenet-glyphs", "--steps", "3000it");

    [DataFact]
    public void Training_on_mnist_stays_below_the_promised_memory()
    {
        if (File.Exists("/proc/self/status")) StaysBelow("train", "--preset", "lenet-mnist", "--steps", "2000it", "--data", RealData.Mnist!);
    }

    [Fact]
    public void Too_little_memory_is_a_failure_in_a_sentence()
    {
        // The runtime's limit of 64 MB: the made-up images alone are larger.
        using var child = new Child(Child.Program, [Child.Assembly, "bench", "path", "--examples", "100000", "--json"], _sandbox.Environment(("DOTNET_GCHeapHardLimit", "0x4000000")));
        var ended = child.End();
        ended.FailsWith(1, "not enough memory");
        Assert.Equal(1, ended.Json().GetProperty("exitCode").GetInt32());
    }

    public void Dispose() => _sandbox.Dispose();

    private void StaysBelow(params string[] arguments)
    {
        var peak = 0.0;
        // Started as the script starts it: the runtime takes the size of its nursery from the environment only.
        using var child = new Child(Child.Program, [Child.Assembly, .. arguments], _sandbox.Environment(("DOTNET_GCgen0size", "200000")));
        child.Until(() =>
        {
            peak = Math.Max(peak, Peak(child.Id));
            return false;
        });
        var ended = child.End();
        Assert.True(ended.Code == 0, ended.ToString());
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{string.Join(' ', arguments)}: {peak:F1} MB"));
        Assert.InRange(peak, 10, Limit);
    }

    /// <summary>Most resident memory so far, in MB; 0 when the process is gone.</summary>
    private static double Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', '\t').Last(word => word.Length > 0 && char.IsAsciiDigit(word[0])), CultureInfo.InvariantCulture) * 1024 / 1e6;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
