using System.CommandLine;
using System.Globalization;
using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Cli.Commands;

/// <summary><c>runs list|show|rm|verify|clean</c>: the entries of the store.</summary>
internal static class RunsCommands
{
    public static Command Create() => new("runs", "Finished jobs in the store: list, show, remove, verify, clean.") { RunsList.Create(), Show(), Remove(), Verify(), Clean() };

    private static Command Show()
    {
        var common = new CommonOptions();
        var key = KeyArgument();
        var command = new Command("show", "One finished job: its description, result and files.\n\nExample: tombola runs show 3fa0") { key, common.Store, common.Json };
        command.SetAction(parsed =>
        {
            var output = common.Output(parsed);
            var store = common.OpenStore(parsed);
            var folder = store.EntryOf(One(store, parsed.GetValue(key)!));
            var files = new DirectoryInfo(folder).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => new { file.Name, Bytes = file.Length }).ToArray();
            var (job, result) = (StoreEntry.Read(folder, "job.json"), StoreEntry.Read(folder, "result.json"));
            output.Object(new { Folder = folder, Job = job, Result = result, Files = files });
            if (output.IsJson) return Application.Success;
            output.Line(folder);
            output.Line(job.ToString());
            output.Line(result.ToString());
            output.Table([("File", false), ("Bytes", true)], files.Select(file => (IReadOnlyList<string>)[file.Name, file.Bytes.ToString("N0", CultureInfo.InvariantCulture)]));
            return Application.Success;
        });
        return command;
    }

    private static Command Remove()
    {
        var common = new CommonOptions();
        var key = KeyArgument();
        var command = new Command("rm", "Remove one finished job; it is computed again when a study needs it.\n\nExample: tombola runs rm 3fa0") { key, common.Store, common.Json };
        command.SetAction(parsed =>
        {
            var output = common.Output(parsed);
            var store = common.OpenStore(parsed);
            var found = One(store, parsed.GetValue(key)!);
            store.Remove(found);
            output.Object(new { Removed = found });
            output.Line($"Removed {found}.");
            return Application.Success;
        });
        return command;
    }

    private static Command Verify()
    {
        var common = new CommonOptions();
        var command = new Command("verify", "Check every file of every finished job against its checksum; with --repair, set aside what is not sound.\n\nExample: tombola runs verify") { common.Store, common.Repair, common.Json };
        command.SetAction((parsed, cancellation) =>
        {
            var output = common.Output(parsed);
            var store = common.OpenStore(parsed);
            var found = StoreInspection.Of(store, cancellation);
            output.Object(found);
            foreach (var finding in found.Findings) output.Line($"{finding.Place}: {finding.Problem}.{(finding.SetAside is { } aside ? $" It is in {aside} now." : "")}");
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{InWords.Count(found.Entries, "entry", "entries")}, {found.Bytes / 1e6:F1} MB, in {store.Path}: ")
                + found.Findings.Count switch
                {
                    0 => "all sound.",
                    var bad when store.Repair => $"{InWords.Whole(bad)} not sound and set aside; studies that need them compute them again.",
                    var bad => $"{InWords.Whole(bad)} not sound. With --repair they are set aside, and computed again when a study needs them.",
                });
            return Task.FromResult(found.Findings.Count == 0 || store.Repair ? Application.Success : Application.Failed);
        });
        return command;
    }

    private static Command Clean()
    {
        var common = new CommonOptions();
        var days = new NumberOption<int>("--days") { Description = "How many days a report counts after it was written or asked for; what is younger stays too.", Required = true, HelpName = "N" };
        var yes = new Option<bool>("--yes") { Description = "Remove it; without, only say how much there is." };
        var command = new Command("clean", "Remove what no report of the last days needs, and what unfinished and damaged jobs left. Reports stay; what goes is computed again when a study needs it.\n\nExample: tombola runs clean --days 30") { days, yes, common.Store, common.Json };
        command.SetAction(parsed =>
        {
            var (output, store, sure) = (common.Output(parsed), common.OpenStore(parsed), parsed.GetValue(yes));
            var cleaning = StoreCleaning.Of(store, parsed.GetValue(days), DateTime.UtcNow);
            output.Object(new { Removed = sure, Entries = cleaning.Entries.Select(entry => entry.Key), cleaning.EntryBytes, cleaning.Leftovers, cleaning.LeftoverBytes });
            output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{InWords.Count(cleaning.Entries.Count, "entry", "entries")}, {cleaning.EntryBytes / 1e6:F1} MB, that no report of the last {InWords.Count(parsed.GetValue(days), "day")} needs, and {cleaning.LeftoverBytes / 1e6:F1} MB that {InWords.Count(cleaning.Leftovers.Count, "unfinished or damaged job")} left, in {store.Path}."));
            if (sure) cleaning.Remove(store);
            output.Line(sure ? "Removed." : "Nothing was removed. With --yes they are.");
            return Application.Success;
        });
        return command;
    }

    private static Argument<string> KeyArgument() => new("key") { Description = "The key, or enough of its beginning." };

    internal static string One(Store store, string prefix) => string.IsNullOrWhiteSpace(prefix)
        ? throw new SettingException("The key is empty. Give a key, or its beginning; see: tombola runs list")
        : store.Match(prefix) switch
        {
            [var only] => only,
            [] => throw new SettingException($"No entry of {store.Path} begins with '{prefix}'. See: tombola runs list"),
            var several => throw new SettingException($"{several.Count} entries begin with '{prefix}'. Give more of the key."),
        };
}
