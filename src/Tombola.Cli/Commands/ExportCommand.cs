using System.CommandLine;
using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Interchange;
using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Cli.Commands;

/// <summary><c>export</c>: takes a mask, a rewound ticket or a trained network out of the store.</summary>
internal static class ExportCommand
{
    private const int FewestDigits = 2;

    public static Command Create()
    {
        var common = new CommonOptions();
        var request = new RequestOptions();
        var source = new Argument<string>("source") { Description = "Name of a study, or the beginning of an entry's key; see: tombola runs list" };
        var level = new OptionalNumberOption<int>("--level") { Description = "Level of the ticket; 0 is the dense network (else the one that the preset studies).", HelpName = "N" };
        var kind = new Option<string?>("--kind") { Description = $"Kind of network: {string.Join(", ", NetworkKinds.All.Select(one => $"{one.Name} ({one.Title})"))} (else {NetworkKinds.Imp.Name}).", HelpName = "KIND" };
        var replicate = new OptionalNumberOption<int>("--replicate") { Description = "Number of the replicate (else 0).", HelpName = "N" };
        var copy = new OptionalNumberOption<int>("--copy") { Description = "Number of the trained copy (else 0).", HelpName = "N" };
        var what = new Option<string?>("--what") { Description = $"{string.Join("; ", TicketPart.Registry.All.Select(part => $"{part.Name} ({part.Description})"))}. Else {TicketPart.Trained.Name}; of an entry, what it has.", HelpName = string.Join('|', TicketPart.Registry.Names) };
        var format = new Option<string>("--format") { Description = $"{string.Join("; ", ExportFormats.All.Select(one => $"{one.Name} ({one.Description})"))}.", DefaultValueFactory = _ => ExportFormats.Safetensors.Name, HelpName = string.Join('|', ExportFormats.Registry.Names) };
        var folder = new PathOption("--out") { Description = "Folder for the file, and for a README.md with the lines that load it.", Required = true, HelpName = "DIR" };
        Option[] ofStudies = [level, kind, replicate, copy, .. request.All(common), common.Data];
        var command = new Command("export", "Take the mask of a ticket or of a control, the rewound or the trained network out of the store.\n\nExample: tombola export quickstart --level 5 --what trained --format npz --out ticket\nExample: tombola export quickstart --level 5 --kind random-pruning --out control\nExample: tombola export 3fa0 --format onnx --out network") { source };
        foreach (var option in ofStudies.Concat([what, format, folder, common.Store, common.Json])) command.Add(option);
        command.SetAction(parsed =>
        {
            var (output, store) = (common.Output(parsed), common.OpenStore(parsed));
            var (name, chosen) = (parsed.GetValue(source)!, ExportFormats.Find(parsed.GetValue(format)!));
            var part = parsed.GetValue(what) is { } asked ? TicketPart.Registry.Find(asked) : null;
            var taken = IsKey(name) ? OfEntry() : OfStudy();
            var path = ExportFolder.Write(parsed.GetValue(folder)!, taken.Name, chosen, taken.Content);
            Print(output, Path.GetFullPath(path), chosen, taken.Content);
            return Application.Success;

            TakenAway OfEntry()
            {
                if (Array.Find(ofStudies, option => parsed.GetResult(option) is { Implicit: false }) is { } given) throw new SettingException($"{given.Name} is for studies; a key names one entry. Leave it out.");
                var entry = TicketContent.Of(store, RunsCommands.One(store, name));
                var has = entry.Content.Metadata["what"];
                return part is null || part.Name == has ? entry : throw new SettingException($"The entry has no part '{part.Name}'; it is: {has}. Leave --what out, or name the study.");
            }

            TakenAway OfStudy()
            {
                var study = StudyCatalogue.Find(name);
                if (study.Needs is { } needs) throw new FileNotFoundException(needs);
                var data = common.OpenData(parsed);
                var context = new StudyContext(request.Read(parsed, common, study), data);
                var (wanted, number, which) = (parsed.GetValue(level) ?? context.Preset.StudiedLevel, parsed.GetValue(replicate) ?? 0, parsed.GetValue(copy) ?? 0);
                if (wanted is < 0 or > 100) throw new SettingException($"--level is {wanted}; it must be from 0 to 100.");
                if (which is < 0 or >= 20) throw new SettingException($"--copy is {which}; it must be from 0 to 19.");
                if (number < 0 || number >= context.Replicates.Count) throw new SettingException($"--replicate is {number}; the run has {InWords.Count(context.Replicates.Count, "replicate")}, counted from 0. Ask for more with --replicates N, as in the run.");
                if (part is not null && part != TicketPart.Trained && parsed.GetValue(copy) is not null) throw new SettingException($"--copy is for --what {TicketPart.Trained.Name}; all copies of a ticket share its {part.Name} part. Leave it out.");
                var network = parsed.GetValue(kind) is { } called ? NetworkKinds.Registry.Find(called) : NetworkKinds.Imp;
                if (wanted == 0 && network != NetworkKinds.Imp) throw new SettingException($"Level 0 is the dense network, which every kind begins with. Leave --kind out, or give --level 1 or more.");
                var ticket = new Ticket(context.Replicates[number], new Condition(network, context.Rewind, wanted));
                chosen.Demand((part ?? TicketPart.Trained) == TicketPart.Mask);
                Job[] missing = [.. (part ?? TicketPart.Trained).Jobs(ticket, which).Where(job => !store.Contains(job))];
                if (missing.Length > 0) throw new FileNotFoundException(Remedy(study, context, data, wanted, which, missing, store, [.. ofStudies.Except([level, kind, replicate, copy]).Concat([common.Store]).SelectMany(option => Words(parsed, option))]));
                return TicketContent.Of(store, ticket, part ?? TicketPart.Trained, which);
            }
        });
        return command;
    }

    /// <summary>What makes what is missing: the study as it was asked for, or with more levels or copies.</summary>
    private static string Remedy(Study study, StudyContext context, DatasetCache data, int level, int copy, Job[] missing, Store store, string[] words)
    {
        var lack = $"The store {store.Path} lacks '{missing[0].Title}' ({missing[0].Key[..12]})";
        string[] levels = level > context.Preset.Levels ? ["--levels", InWords.Whole(level)] : [], copies = copy > 0 ? ["--copies", InWords.Whole(Math.Max(2, copy + 1))] : [];
        foreach (var more in new string[][] { [], levels, copies, [.. levels, .. copies] })
        {
            var asked = context.Request with
            {
                Preset = more.Contains("--levels") ? context.Request.Preset with { Levels = level } : context.Request.Preset,
                AskedCopies = more.Contains("--copies") ? Math.Max(2, copy + 1) : context.Request.AskedCopies,
            };
            var made = Job.WithInputs(study.Design(new StudyContext(asked, data)).Jobs).Select(job => job.Key).ToHashSet();
            string[] kept = [.. Without(words, more)];
            if (missing.All(job => made.Contains(job.Key))) return $"{lack}. Make it with: tombola {string.Join(' ', ["study", "run", study.Name, .. kept, .. more])}";
        }

        return $"{lack}, and no run of {study.Name} makes it. A study that prunes at this step does: tombola {string.Join(' ', ["study", "run", "quickstart", "--preset", context.Preset.Name, .. Without(words, ["--preset", "--levels"]), .. levels])}";
    }

    /// <summary>Words of the command line without the options that are given anew.</summary>
    private static IEnumerable<string> Without(string[] words, string[] options)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i].StartsWith("--", StringComparison.Ordinal) && options.Contains(words[i])) i++;
            else yield return words[i];
        }
    }

    /// <summary>An option as it was given.</summary>
    private static IEnumerable<string> Words(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false } given
        ? given.Tokens.SelectMany(token => new[] { option.Name, token.Value.Contains(' ', StringComparison.Ordinal) ? $"'{token.Value}'" : token.Value })
        : [];

    private static bool IsKey(string name) => name.Length >= FewestDigits && name.All(char.IsAsciiHexDigit);

    private static void Print(Output output, string path, ExportFormat format, ExportContent content)
    {
        var (size, bytes) = (PackedSize.Of(content.Mask ?? Engine.Networks.Mask.Full(content.Network.Space)), new FileInfo(path).Length);
        output.Object(new { File = path, Readme = Path.Combine(Path.GetDirectoryName(path)!, ExportFolder.Readme), Format = format.Name, Bytes = bytes, DenseBytes = size.Dense, PackedBytes = size.Packed, content.Metadata });
        output.Line($"{path}: {InWords.Grouped(bytes)} bytes.");
        output.Line(string.Join(", ", content.Metadata.Select(fact => $"{fact.Key} {fact.Value}")));
        output.Line($"The network has {InWords.Grouped(size.Dense)} bytes of numbers with every zero, {InWords.Grouped(size.Packed)} packed.");
    }
}
