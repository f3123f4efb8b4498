using Spectre.Console;
using Tombola.Engine.Foreign;
using Tombola.Jobs;
using InWords = Tombola.Reporting.InWords;

namespace Tombola.Cli;

/// <summary>Where a command writes: text and tables for a person, or one JSON object on standard output with messages on standard error.</summary>
/// <param name="json">Whether a program reads it.</param>
/// <param name="person">The terminal; null for the process's own.</param>
internal sealed class Output(bool json, IAnsiConsole? person = null)
{
    // Without a terminal nothing is wrapped, so that a file or a pipe gets every line and every column whole.
    private const int UnwrappedWidth = 400;

    /// <summary>Characters that a column takes besides its text.</summary>
    private const int ColumnSpace = 3;

    /// <summary>Where text goes on in the next line, a column needs no more.</summary>
    private const int WrappedWidth = 30;

    private readonly IAnsiConsole _person = person ?? (json ? ErrorConsole() : OutputConsole());

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
    /// <param name="spare">Titles of columns that are left out where the terminal is too narrow, those that are missed most last.</param>
    public void Table(IEnumerable<(string Title, bool Numeric)> columns, IEnumerable<IReadOnlyList<string>> rows, string? wrapped = null, params IEnumerable<string> spare)
    {
        if (json) return;
        (columns, rows) = Narrowed([.. columns], Shown([.. columns], rows), wrapped, spare);
        var table = new Table { Border = TableBorder.Simple };
        foreach (var (title, numeric) in columns)
        {
            var column = new TableColumn(new Text(title)) { NoWrap = title != wrapped };
            table.AddColumn(numeric ? column.RightAligned() : column.LeftAligned());
        }

        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(Printable.Lines(cell))));
        _person.Write(table);
    }

    private static IReadOnlyList<string>[] Shown((string Title, bool Numeric)[] columns, IEnumerable<IReadOnlyList<string>> rows) =>
        [.. rows.Select(row => (IReadOnlyList<string>)[.. row.Select((cell, i) => columns[i].Numeric ? InWords.Shown(cell) : cell)])];

    private ((string Title, bool Numeric)[] Columns, IReadOnlyList<string>[] Rows) Narrowed((string Title, bool Numeric)[] columns, IReadOnlyList<string>[] rows, string? wrapped, IEnumerable<string> spare)
    {
        foreach (var title in spare)
        {
            if (columns.Select((column, i) => Width(column.Title, i)).Sum() <= _person.Profile.Width) break;
            var place = Array.FindIndex(columns, column => column.Title == title);
            columns = [.. columns.Where((_, i) => i != place)];
            rows = [.. rows.Select(row => (IReadOnlyList<string>)[.. row.Where((_, i) => i != place)])];
        }

        return (columns, rows);

        int Width(string title, int i) => (rows.Select(row => row[i]).Append(title).SelectMany(cell => cell.Split('\n')).Max(line => line.Length) is var longest && title == wrapped ? Math.Min(longest, WrappedWidth) : longest) + ColumnSpace;
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

    private static IAnsiConsole OutputConsole() => ConsoleOf(Console.Out, Console.IsOutputRedirected);

    private static IAnsiConsole ErrorConsole() => ConsoleOf(Console.Error, Console.IsErrorRedirected);

    private static IAnsiConsole ConsoleOf(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (redirected) console.Profile.Width = UnwrappedWidth;
        return console;
    }
}
