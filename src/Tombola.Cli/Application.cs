using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using System.Runtime.InteropServices;
using Tombola.Cli.Commands;

namespace Tombola.Cli;

/// <summary>The command line: parses, runs one command, and turns what goes wrong into a sentence and an exit code.</summary>
internal static class Application
{
    public const int Success = 0, Failed = 1, BadUsage = 2;

    public static string Version => typeof(Application).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static int Run(string[] args)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        // Not a RootCommand, which would call itself after the file it was started from.
        var root = new Command("tombola", "Tombola: a laboratory for lottery tickets and linear mode connectivity.\n\nExample: tombola quickstart")
        {
            new HelpOption(),
            new VersionOption(),
            StudyCommands.Quickstart(),
            StudyCommands.Study(),
            BranchCommand.Create(),
            TrainCommand.Create(),
            DataCommands.Create(),
            ModelCommands.Create(),
            RunsCommands.Create(),
            BenchCommand.Create(),
            DoctorCommand.Create(),
            DashboardCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) Console.Error.WriteLine($"tombola: {error.Message}");
            Console.Error.WriteLine($"Try: tombola {string.Join(' ', CommandWords(parsed))}--help");
            return BadUsage;
        }

        try
        {
            return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("tombola: stopped. Finished jobs are in the store and running ones left a checkpoint; run the same command to go on.");
            return Failed;
        }
        catch (ArgumentException usage)
        {
            Console.Error.WriteLine($"tombola: {usage.Message}");
            return BadUsage;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException or ArithmeticException)
        {
            Console.Error.WriteLine($"tombola: {failure.Message}");
            return Failed;
        }
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    private static IEnumerable<string> CommandWords(ParseResult parsed)
    {
        var words = new List<string>();
        for (var result = parsed.CommandResult; result?.Parent is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult) words.Insert(0, result.Command.Name + " ");
        return [string.Concat(words)];
    }
}
