namespace Tombola.Cli.Tests.Support;

/// <summary>A fact that needs a program of Linux. Skipped, with the reason, where it is not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string program, bool privileged = false)
    {
        if (!OperatingSystem.IsLinux()) Skip = "This is a test of Linux.";
        else if (Shell.Find(program) is null) Skip = $"This system has no {program}.";
        else if (privileged && !Environment.IsPrivilegedProcess) Skip = $"Only root may use {program} as this test does.";
    }
}
