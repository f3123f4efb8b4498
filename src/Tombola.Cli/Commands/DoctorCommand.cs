using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using Tombola.Benchmarks;
using Tombola.Data;
using Tombola.Jobs.Claims;
using Tombola.Reporting;

namespace Tombola.Cli.Commands;

/// <summary><c>doctor</c>: what this machine has, and what it can do at best.</summary>
internal static class DoctorCommand
{
    /// <summary>The hidden option with which a probe starts its second process.</summary>
    private const string SecondProcess = "--take-part-in-probe";

    public static Command Create()
    {
        var common = new CommonOptions();
        var second = new Option<string?>(SecondProcess) { Hidden = true };
        var command = new Command("doctor", "Instruction sets, cores, memory, data found, and the peaks measured here.\n\nExample: tombola doctor --json") { common.Data, common.Store, common.Json, second };
        command.SetAction(parsed =>
        {
            var output = common.Output(parsed);
            if (parsed.GetValue(second) is { } probe)
            {
                output.Object(DiskProbe.TakePart(probe));
                return Application.Success;
            }

            var folder = common.ReadDataFolder(parsed);
            var facts = new
            {
                Application.Version,
                Runtime = RuntimeInformation.FrameworkDescription,
                System = RuntimeInformation.OSDescription,
                Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
                InstructionSets = InstructionSets().ToArray(),
                Cores = Environment.ProcessorCount,
                MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
                FmaPeakGflops = MachineProbe.PeakGflops(),
                MemoryGigabytesPerSecond = MachineProbe.MemoryGigabytesPerSecond(),
                DataFolder = folder.FullPath,
                DataFound = Datasets.All.Where(source => DataPresence.Of(source, folder) == "yes").Select(source => source.Name).ToArray(),
                Store = common.OpenStore(parsed).Path,
                StoreProbe = Probe(common.OpenStore(parsed).Path),
                Charts = HtmlReport.HasCharts,
            };
            output.Object(facts);
            if (output.IsJson) return Application.Success;
            output.Line($"Tombola {facts.Version} on {facts.Runtime}, {facts.System}, {facts.Architecture}");
            output.Line($"Instruction sets: {string.Join(", ", facts.InstructionSets)}; kernels use {(Vector512.IsHardwareAccelerated ? "registers of 16 floats" : "registers of 8 floats or fewer")}");
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{facts.Cores} cores, {facts.MemoryBytes / 1e9:F1} GB of memory"));
            output.Line(string.Create(CultureInfo.InvariantCulture, $"One core: multiply-add peak {facts.FmaPeakGflops:F0} GFLOP/s, memory {facts.MemoryGigabytesPerSecond:F1} GB/s (read and write)"));
            output.Line($"Data folder: {facts.DataFolder}; found: {string.Join(", ", facts.DataFound)}");
            output.Line($"Store: {facts.Store}; {facts.StoreProbe?.Verdict ?? "nothing can be written there"}");
            output.Line(facts.Charts ? "Charts: in the build" : "Charts: not in the build; install Node.js and delete the folder artifacts to have reports with charts");
            return Application.Success;
        });
        return command;
    }

    /// <summary>Tries the store's disk together with a second process of this program; null if nothing can be written there.</summary>
    private static DiskProbe? Probe(string store)
    {
        try
        {
            return DiskProbe.Run(store, folder => Task.Run<IReadOnlyList<bool>>(() =>
            {
                // Started as this process was: by the .NET host, or by itself.
                string[] self = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(DoctorCommand).Assembly.Location] : [];
                using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. self, "doctor", SecondProcess, folder, "--json"]) { RedirectStandardOutput = true })!;
                var answer = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                return process.ExitCode == Application.Success ? JsonSerializer.Deserialize<bool[]>(answer)! : [];
            }));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<string> InstructionSets()
    {
        if (Avx512F.IsSupported) yield return "AVX-512";
        if (Avx2.IsSupported) yield return "AVX2";
        if (Fma.IsSupported) yield return "FMA";
        if (AdvSimd.IsSupported) yield return "AdvSimd";
        if (!Avx2.IsSupported && !AdvSimd.IsSupported) yield return "the baseline";
    }
}
