using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tombola.Engine.Foreign;
using Tombola.Jobs;

namespace Tombola.Cli.Commands;

/// <summary><c>runs list|show|rm</c>: the entries of the store.</summary>
internal static class RunsCommands
{
    public static Command Create() => new("runs", "Finished jobs in the store: list, show, remove.") { List(), Show(), Remove() };

    private static Command List()
    {
        var common = new CommonOptions();
        var command = new Command("list", "Finished jobs, oldest first.\n\nExample: tombola runs list") { common.Store, common.Json };
        command.SetAction(parsed =>
        {
            var output = common.Output(parsed);
            var store = common.OpenStore(parsed);
            var entries = store.Entries().ToArray();
            output.Object(entries.Select(entry => new { entry.Key, Job = entry.Job.Length == 0 ? null : JsonNode.Parse(entry.Job), entry.Finished, entry.Bytes }));
            output.Table(
                [("Key", false), ("Kind", false), ("Model", false), ("Finished (UTC)", false), ("MB", true)],
                entries.Select(entry => (IReadOnlyList<string>)
                [
                    entry.Key[..Math.Min(12, entry.Key.Length)], Field(entry.Job, "kind"), Field(entry.Job, "model"), entry.Finished.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                    (entry.Bytes / 1e6).ToString("F2", CultureInfo.InvariantCulture),
                ]));
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{entries.Length} entries, {entries.Sum(entry => entry.Bytes) / 1e6:F1} MB, in {store.Path}"));
            return Application.Success;
        });
        return command;
    }

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
            var (job, result) = (Read(folder, "job.json"), Read(folder, "result.json"));
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

    private static Argument<string> KeyArgument() => new("key") { Description = "The key, or enough of its beginning." };

    private static string One(Store store, string prefix) => store.Match(prefix) switch
    {
        [var only] => only,
        [] => throw new ArgumentException($"No entry of {store.Path} begins with '{prefix}'. See: tombola runs list"),
        var several => throw new ArgumentException($"{several.Count} entries begin with '{prefix}'. Give more of the key."),
    };

    private static JsonNode Read(string folder, string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file))) ?? throw new InvalidDataException($"{file} of the entry {folder} is empty. Run its study with --repair.");
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException($"{file} of the entry {folder} is damaged ({unreadable.Message.TrimEnd('.')}). Run its study with --repair.", unreadable);
        }
    }

    private static string Field(string job, string name) => job.Length == 0 ? "unreadable" : Printable.Name(JsonNode.Parse(job)?[name]?.ToString());
}
