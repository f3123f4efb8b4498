using System.Text;
using Tombola.Engine.Foreign;

namespace Tombola.Reporting;

/// <summary>A report as a folder: <c>index.html</c>, and a CSV file for every figure and table.</summary>
internal static class ReportFolder
{
    /// <summary>Name of the page.</summary>
    public const string Page = "index.html";

    /// <summary>Writes the files, each whole or not at all, and returns their names.</summary>
    public static IReadOnlyList<string> Write(Report report, string directory)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        report.CheckIds();
        Directory.CreateDirectory(directory);
        List<string> names = [];
        foreach (Figure figure in report.Figures) Add($"{figure.Id}.csv", writer => Csv.Write(figure, writer));
        foreach (Table table in report.Tables) Add($"{table.Id}.csv", writer => Csv.Write(table, writer));

        // Last, so that whoever finds the page finds the files as well.
        Add(Page, writer => HtmlReport.Write(report, writer));
        return names;

        void Add(string name, Action<TextWriter> write)
        {
            names.Add(name);
            WriteFile(Path.Combine(directory, name), write);
        }
    }

    /// <summary>Writes the page alone, whole or not at all, and returns its path.</summary>
    public static string WritePage(Report report, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WriteFile(path, writer => HtmlReport.Write(report, writer));
        return path;
    }

    private static void WriteFile(string path, Action<TextWriter> write) => WholeFile.Write(path, stream =>
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        write(writer);
    });
}
