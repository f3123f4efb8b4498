using System.CommandLine;
using System.Globalization;
using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Cli.Commands;

/// <summary><c>runs list</c>: the entries of the store, those of a kind, of a study, or of which something is true.</summary>
internal static class RunsList
{
    /// <summary>Those that the program has; a store may hold a program's own.</summary>
    private static readonly string[] Kinds = ["initialise", "train", "prune", "shuffle-mask", "shuffle-signs", "evaluate", "path", "compare", "similarity", "plane", "import", "import-mask"];

    public static Command Create()
    {
        var common = new CommonOptions();
        var request = new RequestOptions();
        var kind = new Option<string?>("--kind") { Description = $"Jobs of one kind: {string.Join(", ", Kinds)}.", HelpName = "KIND" };
        var where = new Option<string[]>("--where") { Description = "accuracy, loss, density, step or level, one of < <= > >= =, and a number; may be given again.", HelpName = "CONDITION" };
        var level = new OptionalNumberOption<int>("--level") { Description = "Jobs of networks that were pruned so often.", HelpName = "N" };
        var csv = new Option<bool>("--csv") { Description = "The trainings as CSV on standard output, each with all its settings and what came out." };
        var study = new Option<string?>("--study") { Description = "Only what a study reads, as asked for by the options below.", HelpName = "NAME" };
        var command = new Command("list", "Finished jobs, oldest first.\n\nExample: tombola runs list\nExample: tombola runs list --kind train --where 'accuracy>0.97'\nExample: tombola runs list --study quickstart --csv > trainings.csv");
        Option[] ofStudy = [.. request.All(common), common.Data];
        foreach (var option in new Option[] { kind, where, level, csv, study }.Concat(ofStudy).Concat([common.Store, common.Json])) command.Add(option);
        command.SetAction(parsed =>
        {
            var output = common.Output(parsed);
            if (parsed.GetValue(csv) && output.IsJson) throw new SettingException("--csv and --json are two answers; leave one out.");
            if (parsed.GetValue(study) is null && Array.Find(ofStudy, option => parsed.GetResult(option) is { Implicit: false }) is { } given) throw new SettingException($"{given.Name} is for --study NAME. Name a study, or leave it out.");
            EntryCondition[] conditions = [.. (parsed.GetValue(where) ?? []).Select(EntryCondition.Parse)];
            var store = common.OpenStore(parsed);
            var keys = parsed.GetValue(study) is { } name ? KeysOf(name) : null;
            var index = new EntryIndex(store);
            if (parsed.GetValue(kind) is { } wanted && Kinds.Concat(index.All.Select(entry => entry.Kind)) is var kinds && !kinds.Contains(wanted)) throw new SettingException($"There are no jobs of kind '{Printable.Name(wanted)}'. {NearestName.Hint(wanted, kinds.Distinct())}");
            EntryFacts[] shown =
            [
                .. index.All.Where(entry => keys?.Contains(entry.Key) != false && (parsed.GetValue(kind) is not { } chosen || entry.Kind == chosen)).Select(index.Facts)
                    .Where(facts => (parsed.GetValue(level) is not { } depth || facts.Level == depth) && conditions.All(condition => condition.Holds(facts))),
            ];
            var uses = new EntryUses(store, index, StudyCatalogue.All.Select(known => known.Name));
            if (parsed.GetValue(csv)) Csv.Write(TrainingTable.Of(index, shown, uses), Console.Out);
            else Print(output, store, shown, uses, index.All.Count);
            if (shown.Length == 0 && keys is not null) output.Line(Hint(parsed.GetValue(study)!, index.All.Count(entry => keys.Contains(entry.Key))));
            return Application.Success;

            HashSet<string> KeysOf(string name)
            {
                var asked = StudyCatalogue.Find(name);
                if (asked.Needs is { } needs) throw new FileNotFoundException(needs);
                return [.. Job.WithInputs(asked.Design(new StudyContext(request.Read(parsed, common, asked), common.OpenData(parsed))).Jobs).Select(job => job.Key)];
            }
        });
        return command;
    }

    /// <summary>Why a study may have nothing to show.</summary>
    private static string Hint(string study, int there) => there > 0
        ? $"Of {study} there {(there == 1 ? "is 1 entry" : $"are {InWords.Grouped(there)} entries")}, to which the other conditions do not apply."
        : $"Of {study}, asked for in this way, there is nothing. Give the options that its run had (--preset, --scale, --steps, --levels, --replicates, --seed, --set, --data), or run it: tombola study run {study}";

    private static void Print(Output output, Store store, EntryFacts[] shown, EntryUses uses, int all)
    {
        output.Object(shown.Select(facts => new { facts.Entry.Key, facts.Entry.Job, Studies = uses.StudiesOf(facts.Entry), Replicate = uses.ReplicateOf(facts.Entry), facts.Level, facts.Density, facts.Step, facts.Accuracy, facts.Loss, facts.Entry.Version, facts.Entry.Finished, facts.Entry.Bytes }));
        output.Table(
            [("Key", false), ("Kind", false), ("Study", false), ("Replicate", true), ("Model", false), ("Level", true), ("Density %", true), ("Step", true), ("Accuracy %", true), ("Loss", true), ("Version", false), ("Finished (UTC)", false), ("MB", true)],
            shown.Select(facts => (IReadOnlyList<string>)
            [
                facts.Entry.Key[..12],
                facts.Entry.Job is null ? "unreadable" : Printable.Name(facts.Entry.Kind),
                Short([.. uses.StudiesOf(facts.Entry)]),
                Number(uses.ReplicateOf(facts.Entry), "D"),
                Printable.Name(facts.Entry.Model),
                Number(facts.Level, "D"),
                Number(facts.Density * 100, "F1"),
                Number(facts.Step, "D"),
                Number(facts.Accuracy * 100, "F2"),
                Number(facts.Loss, "F4"),
                Printable.Name(facts.Entry.Version),
                facts.Entry.Finished.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                Number<double>(facts.Entry.Bytes / 1e6, "F2"),
            ]),
            spare: ["Version", "MB", "Finished (UTC)", "Model", "Replicate", "Study"]);
        output.Line(string.Create(CultureInfo.InvariantCulture, $"{InWords.Count(shown.Length, "entry", "entries")}{(shown.Length < all ? $" of {all}" : "")}, {shown.Sum(facts => facts.Entry.Bytes) / 1e6:F1} MB, in {store.Path}"));
    }

    /// <summary>The first of some studies, and how many more.</summary>
    private static string Short(string[] studies) => studies switch { [] => "", [var only] => Printable.Name(only), [var first, ..] => $"{Printable.Name(first)} +{studies.Length - 1}" };

    private static string Number<T>(T? value, string format)
        where T : struct, IFormattable => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
