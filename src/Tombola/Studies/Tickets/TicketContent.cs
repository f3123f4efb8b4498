using System.Globalization;
using Tombola.Data;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Tombola.Jobs;

namespace Tombola.Studies;

/// <summary>Reads from the store what is to be taken away, with what a file should say of itself.</summary>
internal static class TicketContent
{
    /// <summary>A part of a ticket whose jobs the store has.</summary>
    public static TakenAway Of(Store store, Ticket ticket, TicketPart part, int copy)
    {
        var (replicate, condition, job) = (ticket.Replicate, ticket.Condition, part.Jobs(ticket, copy)[0]);
        var network = Architectures.Create(replicate.Preset.Model);
        var mask = ticket.Mask is { } made ? store.Reading(() => StateFile.ReadMask(store.FileOf(made, PruneResult.FileName), network.Space)) : null;
        var state = part == TicketPart.Mask ? null : store.State(job);
        if (part == TicketPart.Rewound && mask is not null) state = state!.Under(mask);
        var name = $"{replicate.Preset.Name}-{condition.NameOfKind}-level{condition.Level}-replicate{replicate.Number}-{part.Name}{(part == TicketPart.Trained ? $"-copy{copy}" : "")}";
        return new TakenAway(Named(name, part == TicketPart.Trained ? job : ticket.Mask ?? job), new ExportContent(network, state, mask)
        {
            Metadata = Said(
                ("what", part.Name),
                ("model", network.Name),
                ("data", replicate.Data.Name),
                ("data_fingerprint", replicate.Data.Fingerprint),
                ("pixels", replicate.Data.Pixels),
                ("preset", replicate.Preset.Name),
                ("kind", condition.NameOfKind),
                ("level", condition.Level),
                ("density", mask?.Density ?? 1),
                ("start_step", condition.StartStep),
                ("step", part == TicketPart.Trained ? ticket.Trained(copy).To : condition.StartStep),
                ("seed", replicate.Seed),
                ("replicate", replicate.Number),
                ("copy", part == TicketPart.Trained ? copy : null),
                ("key", job.Key),
                ("mask_key", ticket.Mask?.Key),
                ("computed_by", store.VersionOf(job)),
                ("version", ProgramVersion.Current)),
        });
    }

    /// <summary>The state or the mask of an entry, whatever made it.</summary>
    /// <exception cref="InvalidDataException">The entry is not sound, or the mask that holds for its state is gone.</exception>
    /// <exception cref="Engine.Naming.SettingException">The entry has neither.</exception>
    public static TakenAway Of(Store store, string key)
    {
        var folder = Sound(store, key);
        var job = StoreEntry.Read(folder, Store.JobFile);
        var (kind, model) = (Text("kind")!, Text("model"));
        var files = EntryChecksums.Read(folder, out _)!.Sums;
        var isMask = files.ContainsKey(PruneResult.FileName);
        if (model is null || !(isMask || files.ContainsKey(Store.StateFile)))
        {
            throw new Engine.Naming.SettingException($"The entry {key[..12]} ({Engine.Foreign.Printable.Name(kind)}) has neither a state nor a mask. Entries that have one: train, initialise, shuffle-signs, project, perturb, prune, shuffle-mask.");
        }

        var network = Architectures.Create(model);
        var maskKey = isMask ? key : kind is "train" or "project" or "perturb" ? Text("mask") : null;
        var mask = maskKey is null ? null : store.Reading(() => StateFile.ReadMask(Path.Combine(isMask ? folder : Sound(store, maskKey), PruneResult.FileName), network.Space));
        var state = isMask ? null : store.Reading(() => StateFile.Read(Path.Combine(folder, Store.StateFile), network.Space));
        var what = isMask ? TicketPart.Mask.Name : kind switch { "train" => TicketPart.Trained.Name, "initialise" => "initial", _ => kind };
        return new TakenAway(Named(what, key), new ExportContent(network, state, mask)
        {
            Metadata = Said(
                ("what", what),
                ("model", model),
                ("data", job["data"]?["name"]?.ToString()),
                ("data_fingerprint", job["data"]?["fingerprint"]?.ToString()),
                ("pixels", job["data"] is null ? null : job["data"]!["pixels"]?.ToString() ?? DatasetSpec.Unit),
                ("job", kind),
                ("density", mask?.Density ?? (isMask || kind is "train" or "initialise" ? 1 : null)),
                ("start_step", kind == "train" ? job["from"]?.ToString() ?? "0" : null),
                ("step", kind == "train" ? job["to"]?.ToString() : kind == "initialise" ? "0" : null),
                ("key", key),
                ("mask_key", maskKey),
                ("computed_by", StoreEntry.VersionIn(File.ReadAllText(Path.Combine(folder, Store.ResultFile)))),
                ("version", ProgramVersion.Current)),
        });

        string? Text(string name) => job[name]?.ToString();
    }

    /// <summary>The folder of an entry, once everything in it has its checksum.</summary>
    private static string Sound(Store store, string key)
    {
        var folder = store.EntryOf(key);
        if (!Directory.Exists(folder)) throw new InvalidDataException($"The store {store.Path} has no entry {key[..12]} any more, the mask that the state was trained under. Run its study again.");
        return EntryCheck.Problem(folder, key) is { } problem ? throw store.Damaged(key, problem) : folder;
    }

    /// <summary>Two runs may have tickets of one name, so the key tells them apart.</summary>
    private static string Named(string name, Job job) => Named(name, job.Key);

    private static string Named(string name, string key) => $"{string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' ? letter : '-'))}-{key[..8]}";

    private static Dictionary<string, string> Said(params (string Name, object? Value)[] facts) =>
        facts.Where(fact => fact.Value is not null).ToDictionary(fact => fact.Name, fact => Convert.ToString(fact.Value, CultureInfo.InvariantCulture)!);
}

/// <summary>What a file is made of.</summary>
/// <param name="Name">Of the file, without its ending.</param>
/// <param name="Content">What it holds.</param>
internal sealed record TakenAway(string Name, ExportContent Content);
