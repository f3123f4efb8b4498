using System.Diagnostics;

namespace Tombola.Tests.Interchange;

/// <summary>A Python with PyTorch and NumPy, if this machine has one.</summary>
internal static class Python
{
    private static readonly Lazy<string?> Found = new(() => new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(program => Start(program, "import numpy, torch") is (0, _)));

    /// <summary>Its path; null if there is none.</summary>
    public static string? Program => Found.Value;

    /// <summary>Runs a script that must succeed, and gives what it prints.</summary>
    public static string Run(string script)
    {
        var (code, output) = Start(Program!, script);
        Xunit.Assert.True(code == 0, output);
        return output;
    }

    private static (int Code, string Output) Start(string program, string script)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            return (-1, absent.Message);
        }
    }
}

/// <summary>A fact that needs PyTorch. Skipped, with the reason, where it is not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TorchFactAttribute : Xunit.FactAttribute
{
    internal const string Absent = "This machine has no python3 with torch and numpy.";

    public TorchFactAttribute() => Skip = Python.Program is null ? Absent : null;
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TorchTheoryAttribute : Xunit.TheoryAttribute
{
    public TorchTheoryAttribute() => Skip = Python.Program is null ? TorchFactAttribute.Absent : null;
}
