using System.Text;

namespace Tombola.Reporting;

/// <summary>A report as a folder: <c>index.html</c>, and a CSV file for every figure and table.</summary>
public static class ReportFolder
{
    /// <summary>Writes the files, each whole or not at all, and returns the path of the page.</summary>
    public static string Write(Report report, string directory)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        report.CheckIds();
        Directory.CreateDirectory(directory);
        foreach (Figure figure in report.Figures) WriteFile(directory, $"{figure.Id}.csv", writer => Csv.Write(figure, writer));
        foreach (Table table in report.Tables) WriteFile(directory, $"{table.Id}.csv", writer => Csv.Write(table, writer));
        // Last, so that whoever finds the page finds the files as well.
        return WritePage(report, Path.Combine(directory, "index.html"));
    }

    /// <summary>Writes the page alone, whole or not at all, and returns its path.</summary>
    public static string WritePage(Report report, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return WriteFile(Path.GetDirectoryName(path) ?? "", Path.GetFileName(path), writer => HtmlReport.Write(report, writer));
    }

    private static string WriteFile(string directory, string name, Action<TextWriter> write)
    {
        string path = Path.Combine(directory, name);
        string unfinished = Path.Combine(directory, $".{name}.{Guid.NewGuid():N}");
        try
        {
            using (StreamWriter writer = new(unfinished, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
            {
                write(writer);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
        return path;
    }
}
