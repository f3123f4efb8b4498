using Spectre.Console;
using Tombola.Engine.Foreign;
using Tombola.Jobs;

namespace Tombola.Cli;

/// <summary>Where a command writes: text and tables for a person, or one JSON object on standard output with messages on standard error.</summary>
internal sealed class Output(bool json)
{
    // Without a terminal nothing is wrapped, so that a file or a pipe gets every line and every column whole.
    private const int UnwrappedWidth = 400;

    private readonly IAnsiConsole _person = json ? ErrorConsole() : OutputConsole();

    public bool IsJson => json;

    /// <summary>A line for a person.</summary>
    public void Line(string text = "") => _person.WriteLine(Printable.Lines(text));

    /// <summary>The object that a program reads; nothing without <c>--json</c>.</summary>
    public void Object<T>(T value)
    {
        if (json) Answer.Set(value);
    }

    /// <summary>A table for a person; nothing with <c>--json</c>.</summary>
    /// <param name="columns">From left to right.</param>
    /// <param name="rows">One cell a column.</param>
    /// <param name="wrapped">Title of the column whose text goes on in the next line where the terminal is too narrow; null for none.</param>
    public void Table(IEnumerable<(string Title, bool Numeric)> columns, IEnumerable<IReadOnlyList<string>> rows, string? wrapped = null)
    {
        if (json) return;
        var table = new Table { Border = TableBorder.Simple };
        foreach (var (title, numeric) in columns)
        {
            var column = new TableColumn(new Text(title)) { NoWrap = title != wrapped };
            table.AddColumn(numeric ? column.RightAligned() : column.LeftAligned());
        }

        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(Printable.Lines(cell))));
        _person.Write(table);
    }

    /// <summary>Runs work that reports on jobs: a bar on a terminal, plain lines elsewhere.</summary>
    /// <exception cref="JobsStoppedException">It was stopped, whatever noticed that first.</exception>
    public void WithProgress(string title, Action<IProgress<JobProgress>> work)
    {
        try
        {
            if (Console.IsErrorRedirected || (!json && Console.IsOutputRedirected)) work(new PlainProgress(title));
            else WithBar(title, work);
        }
        catch (OperationCanceledException stopped) when (stopped is not JobsStoppedException)
        {
            throw new JobsStoppedException(stopped.CancellationToken);
        }
    }

    private static void WithBar(string title, Action<IProgress<JobProgress>> work)
    {
        var console = ErrorConsole();
        console.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new BarProgress(console, context.AddTask(Markup.Escape(title), maxValue: 1))));
    }

    private static IAnsiConsole OutputConsole() => Unwrapped(AnsiConsole.Console, Console.IsOutputRedirected);

    private static IAnsiConsole ErrorConsole() => Unwrapped(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }), Console.IsErrorRedirected);

    private static IAnsiConsole Unwrapped(IAnsiConsole console, bool redirected)
    {
        if (redirected) console.Profile.Width = UnwrappedWidth;
        return console;
    }
}
