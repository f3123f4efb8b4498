namespace Tombola.Cli.Tests.Support;

/// <summary>Commands in the process of the tests, one after the other, since console and environment are the process's.</summary>
internal static class Here
{
    private static readonly Lock Turn = new();

    /// <summary>Variables of the tests' own process before any command ran in it, which are what other processes begin with.</summary>
    public static IReadOnlyDictionary<string, string> Inherited { get; } =
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">The words behind the program's name.</param>
    /// <param name="environment">Variables while it runs.</param>
    public static Ended Run(string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        lock (Turn)
        {
            using StringWriter output = new(), error = new();
            var (outBefore, errorBefore) = (Console.Out, Console.Error);
            var before = environment.Keys.ToDictionary(name => name, Environment.GetEnvironmentVariable);
            try
            {
                foreach (var (name, value) in environment) Environment.SetEnvironmentVariable(name, value);
                Console.SetOut(output);
                Console.SetError(error);
                var code = Application.Run(arguments, (_, _) => CancellationToken.None);
                return new Ended(string.Join(' ', arguments), code, output.ToString(), error.ToString());
            }
            finally
            {
                Console.SetOut(outBefore);
                Console.SetError(errorBefore);
                foreach (var (name, value) in before) Environment.SetEnvironmentVariable(name, value);
            }
        }
    }
}
