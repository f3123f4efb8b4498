using System.CommandLine;
using System.Globalization;
using Tombola.Data;
using Tombola.Engine.Naming;

namespace Tombola.Cli.Commands;

/// <summary><c>data list|fetch|verify</c>.</summary>
internal static class DataCommands
{
    public static Command Create() => new("data", "Data sets: list, fetch and verify them.") { List(), Fetch(), Verify() };

    private static Command List()
    {
        var common = new CommonOptions();
        var command = new Command("list", "The data sets, and which of them were found.\n\nExample: tombola data list --data ~/data") { common.Data, common.Json };
        command.SetAction(parsed =>
        {
            var output = common.Output(parsed);
            var folder = common.ReadDataFolder(parsed);
            var rows = Datasets.All.Select(source => new { source.Name, source.Description, Found = DataPresence.Of(source, folder) }).ToArray();
            output.Object(new { Folder = folder.FullPath, Datasets = rows });
            output.Table([("Data set", false), ("Found", false), ("What it is", false)], rows.Select(row => (IReadOnlyList<string>)[row.Name, row.Found, row.Description]), wrapped: "What it is");
            output.Line($"Folder: {folder.FullPath}");
            return Application.Success;
        });
        return command;
    }

    private static Command Fetch()
    {
        var common = new CommonOptions();
        var name = Name();
        var command = new Command("fetch", "Download a published archive into the data folder and check its MD5.\n\nExample: tombola data fetch mnist") { name, common.Data, common.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var output = common.Output(parsed);
            var folder = common.ReadDataFolder(parsed);
            using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
            var last = "";
            var progress = new Progress<FetchProgress>(value =>
            {
                if (value.File != last) Console.Error.WriteLine($"fetching {last = value.File}");
            });
            IReadOnlyList<string> files;
            try
            {
                files = await new DataFetcher(client).FetchAsync(Archive(parsed.GetValue(name)!), folder, progress, cancellation);
            }
            catch (OperationCanceledException)
            {
                throw new StoppedException($"stopped. Files that had arrived whole were kept in {folder.FullPath}; run the same command to fetch the others.", cancellation);
            }

            output.Object(new { Folder = folder.FullPath, Files = files });
            foreach (var file in files) output.Line($"{file}: checked");
            return Application.Success;
        });
        return command;
    }

    private static Command Verify()
    {
        var common = new CommonOptions();
        var name = Name();
        var command = new Command("verify", "Compare the files in the data folder with the published ones.\n\nExample: tombola data verify mnist --data ~/data") { name, common.Data, common.Json };
        command.SetAction(parsed =>
        {
            var output = common.Output(parsed);
            var reports = DataVerifier.Verify(Archive(parsed.GetValue(name)!), common.ReadDataFolder(parsed));
            output.Object(reports.Select(report => new { report.Name, report.Path, report.Bytes, report.Records, Verdict = report.Verdict.ToString(), report.Message }));
            output.Table(
                [("File", false), ("Records", true), ("Bytes", true), ("Verdict", false)],
                reports.Select(report => (IReadOnlyList<string>)
                [
                    report.Name, report.Records?.ToString("N0", CultureInfo.InvariantCulture) ?? "", report.Bytes.ToString("N0", CultureInfo.InvariantCulture), report.Message,
                ]));
            return reports.All(report => report.Verdict == FileVerdict.Published) ? Application.Success : Application.Failed;
        });
        return command;
    }

    private static Argument<string> Name() => new("name") { Description = $"One of {Names}." };

    private static string Names => string.Join(", ", PublishedArchive.All.Select(archive => archive.Dataset));

    private static PublishedArchive Archive(string name) => PublishedArchive.All.FirstOrDefault(archive => archive.Dataset == name)
        ?? throw new SettingException($"There is no published archive '{name}'. Archives: {Names}.");
}
