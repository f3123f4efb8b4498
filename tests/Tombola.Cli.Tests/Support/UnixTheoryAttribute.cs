namespace Tombola.Cli.Tests.Support;

/// <summary>A theory that needs a file of the system. Skipped, with the reason, where it is not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute(string needs)
    {
        if (!File.Exists(needs)) Skip = $"This system has no {needs}.";
    }
}
