using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Tombola.Cli.Commands;
using Tombola.Engine.Foreign;
using Tombola.Jobs;

namespace Tombola.Cli;

/// <summary>The command line: parses, runs one command, and turns what goes wrong into a sentence and an exit code.</summary>
internal static class Application
{
    public const int Success = 0, Failed = 1, BadUsage = 2, Stopped = 3;

    public static string Version => ProgramVersion.Current;

    /// <summary>The whole process: its standard streams and its signals.</summary>
    public static int Run(string[] args)
    {
        GuardedWriter.Install();
        return Run(args, Signals.Handle);
    }

    /// <summary>One command on whatever the console is now.</summary>
    /// <param name="args">The words behind the program's name.</param>
    /// <param name="handle">What makes the command stop: given whether it watches a token, and how to say that it was stopped.</param>
    internal static int Run(string[] args, Func<bool, Action<Failure>, CancellationToken> handle)
    {
        Answer.Begin();
        try
        {
            // Answered before anything else is loaded, since scripts ask for it often.
            if (args is not ["--version"]) return FileLimit.Refusal() is { } refusal ? Tell(new Failure(refusal, Failed), args.Contains("--json")) : Run(Parse(args), handle);
            Console.Out.WriteLine(Version);
            return Success;
        }
        catch (Exception failure)
        {
            return Tell(Failure.Of(failure), json: false);
        }
    }

    /// <summary>Reads a command line without running anything.</summary>
    /// <remarks>A path may start with @, so that there are no response files.</remarks>
    public static ParseResult Parse(string[] args) => Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>All commands. Not a RootCommand, which would call itself after the file it was started from.</summary>
    public static Command Root() => new("tombola", $"Tombola: a laboratory for lottery tickets and linear mode connectivity.\n\nExample: tombola quickstart\n\nExit codes: {Success} done, {Failed} failed, {BadUsage} bad usage, {Stopped} stopped and can go on.")
    {
        new HelpOption(),
        new VersionOption(),
        StudyCommands.Quickstart(),
        StudyCommands.Study(),
        BranchCommand.Create(),
        TrainCommand.Create(),
        MeasureCommands.Evaluate(),
        MeasureCommands.Path(),
        MeasureCommands.Compare(),
        PruneCommand.Create(),
        MeasureCommands.Import(),
        PlaneCommand.Create(),
        SpectrumCommand.Create(),
        MeasureCommands.Weights(),
        DataCommands.Create(),
        ModelCommands.Create(),
        PruningCommands.Create(),
        RunsCommands.Create(),
        ExportCommand.Create(),
        BenchCommand.Create(),
        DoctorCommand.Create(),
        DashboardCommand.Create(),
    };

    private static int Run(ParseResult parsed, Func<bool, Action<Failure>, CancellationToken> handle)
    {
        var json = WantsJson(parsed);
        if (parsed.Errors.Count > 0)
        {
            string[] errors = [.. parsed.Errors.Select(error => Printable.Sentence(error.Message))];
            foreach (var error in errors) Say(error);
            Console.Error.WriteLine($"Try: tombola {CommandWords(parsed)}--help");
            return Reply(new Failure(string.Join(' ', errors), BadUsage), json);
        }

        var stop = handle(parsed.Action is AsynchronousCommandLineAction, failure => Tell(failure, json));
        try
        {
            var code = parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop).GetAwaiter().GetResult();
            Answer.Write();
            return code;
        }
        catch (Exception failure)
        {
            return Tell(Failure.Of(failure), json);
        }
    }

    /// <summary>Says why a command ended.</summary>
    private static int Tell(Failure failure, bool json)
    {
        foreach (var line in failure.Lines) Say(line);
        return Reply(failure, json);
    }

    private static void Say(string sentence) => Console.Error.WriteLine($"tombola: {Printable.Sentence(sentence)}");

    /// <summary>With <c>--json</c> a failure is the command's answer.</summary>
    private static int Reply(Failure failure, bool json)
    {
        try
        {
            if (json) Answer.Write(failure);
        }
        catch (IOException unwritable)
        {
            Say(unwritable.Message);
        }

        return failure.ExitCode;
    }

    /// <summary>Asks the words rather than the option, which a wrong command line may not have.</summary>
    private static bool WantsJson(ParseResult parsed)
    {
        string[] words = [.. parsed.Tokens.Select(token => token.Value)];
        return Array.IndexOf(words, "--json") is var at and >= 0 && !(at + 1 < words.Length && words[at + 1] == "false");
    }

    private static string CommandWords(ParseResult parsed)
    {
        var words = "";
        for (var result = parsed.CommandResult; result?.Parent is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult) words = $"{result.Command.Name} {words}";
        return words;
    }
}
