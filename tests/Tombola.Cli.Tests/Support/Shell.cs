namespace Tombola.Cli.Tests.Support;

/// <summary>Programs of the system that tests need.</summary>
internal static class Shell
{
    /// <summary>Path of a program, null if it is not installed.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin")
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    public static Ended Run(string program, params string[] arguments)
    {
        using var child = new Child(program, arguments, new Dictionary<string, string>());
        return child.End();
    }

    /// <summary>Runs a program that must succeed.</summary>
    public static void Do(string program, params string[] arguments) => Assert.True(Run(program, arguments) is { Code: 0 }, $"{program} {string.Join(' ', arguments)} failed.");
}
