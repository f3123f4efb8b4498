using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Pruning;

namespace Tombola.Measuring;

/// <summary><c>prune</c>: a mask for a network in a file.</summary>
public static class FilePruning
{
    /// <summary>The job that makes the mask.</summary>
    /// <param name="models">One file.</param>
    /// <param name="density">Fraction of all prunable weights that shall remain, above 0 and below 1.</param>
    /// <param name="strategy">Which weights go.</param>
    /// <param name="mask">File of a mask to go on from; null for the model file's own, if it has one.</param>
    /// <param name="exempt">Names of layers to leave whole.</param>
    /// <param name="seed">For scores that draw or look at examples.</param>
    /// <exception cref="SettingException">The density cannot be, a layer is not known, or the strategy's densities do not fit.</exception>
    public static PruneJob Of(ModelSet models, double density, PruningStrategy strategy, string? mask, IReadOnlyList<string> exempt, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(exempt);
        if (!(density is > 0 and < 1)) throw new SettingException(FormattableString.Invariant($"The density is {density}; it must be above 0 and below 1: 0.2 leaves a fifth of the weights."));
        var (network, model) = (models.Network, models.Models[0]);
        var layers = network.Space.Prunable.Select(parameter => parameter.Layer).ToArray();
        if (exempt.Except(layers).FirstOrDefault() is { } stranger) throw new SettingException($"The network {network.Name} has no prunable layer '{Printable.Name(stranger)}'. {NearestName.Hint(stranger, layers)}");
        var reading = model.State.File.Read(file => StateReader.Read(file, network, models.Arguments.ByOrder));
        FiniteWeights.Demand(reading.State, model.Title);
        var before = mask is null
            ? reading.Mask is null ? null : new ImportMaskJob { Model = network.Name, File = model.State.File, ByOrder = models.Arguments.ByOrder }
            : new ImportMaskJob { Model = network.Name, File = ForeignFile.At(mask) };
        var names = PruningStrategies.JobNames(strategy);
        var draws = strategy.Score.NeedsExamples || strategy.Score.Draws;
        return new PruneJob
        {
            Model = network.Name,
            State = model.State,
            Mask = before,
            Strategy = names.Strategy,
            Distribution = names.Distribution,
            Densities = strategy.DensitiesFor(network.Space, exempt.ToHashSet()),
            Density = density,
            Exempt = [.. exempt.Distinct().Order(StringComparer.Ordinal)],
            Data = strategy.Score.NeedsExamples ? models.Data : null,
            Seed = draws ? seed : 0,
        };
    }

    /// <summary>Refuses places for results that cannot be, before anything is computed: a result over what it is made from, two results in one file, no folder.</summary>
    /// <exception cref="SettingException">A place cannot be; the message names it.</exception>
    public static void DemandPlaces(string file, string? mask, string maskFile, string? stateFile)
    {
        string[] inputs = [.. new[] { file, mask }.OfType<string>().Select(Path.GetFullPath)];
        foreach (var place in new[] { maskFile, stateFile }.OfType<string>())
        {
            var path = Path.GetFullPath(place);
            if (inputs.Contains(path)) throw new SettingException($"{place} is read, and would be written over. Give the result another name.");
            if (Directory.Exists(path)) throw new SettingException($"{place} is a folder. Name a file for the result.");
            if (!Directory.Exists(Path.GetDirectoryName(path))) throw new SettingException($"{place} cannot be written: there is no folder {Path.GetDirectoryName(path)}. Make it, or name another place.");
        }

        if (stateFile is not null && Path.GetFullPath(maskFile) == Path.GetFullPath(stateFile)) throw new SettingException($"Mask and weights would both be written to {maskFile}. Give them two names.");
    }

    /// <summary>Writes the mask that the job made, and the network under it.</summary>
    /// <param name="store">Where the finished job is.</param>
    /// <param name="models">The file.</param>
    /// <param name="job">The job.</param>
    /// <param name="maskFile">Path for the mask.</param>
    /// <param name="stateFile">Path for the weights under the mask; null for none.</param>
    public static PrunedFile Write(Store store, ModelSet models, PruneJob job, string maskFile, string? stateFile)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(job);
        var result = store.Result(job);
        var mask = store.Reading(() => StateFile.ReadMask(store.FileOf(job, PruneResult.FileName), models.Network.Space));
        var metadata = new Dictionary<string, string>
        {
            ["model"] = job.Model,
            ["density"] = FormattableString.Invariant($"{result.Density}"),
            ["strategy"] = job.Strategy,
            ["key"] = job.Key,
            ["version"] = ProgramVersion.Current,
        };
        GivenPlace.Writing(maskFile, () => StateFile.Write(maskFile, mask, new Dictionary<string, string>(metadata) { ["what"] = "mask" }));
        if (stateFile is not null) GivenPlace.Writing(stateFile, () => StateFile.Write(stateFile, store.State(job.State).Under(mask), new Dictionary<string, string>(metadata) { ["what"] = "pruned" }));
        return new PrunedFile(Path.GetFullPath(models.Models[0].File), job.Key, result.Remaining, result.Prunable, result.Density, result.Layers, Path.GetFullPath(maskFile), stateFile is null ? null : Path.GetFullPath(stateFile)) { Notes = NotesOf(models, job) };
    }

    /// <summary>How the network was read, and the mask to go on from.</summary>
    private static IReadOnlyList<string> NotesOf(ModelSet models, PruneJob job)
    {
        var notes = new List<string>();
        if (job.Mask is ImportMaskJob { File: var file, ByOrder: var byOrder }) file.Read(tensors => StateReader.ReadMask(tensors, models.Network, notes, byOrder));
        return [.. notes.Select(note => $"{(job.Mask as ImportMaskJob)!.File}: {note}")];
    }
}

/// <summary>A file that was pruned.</summary>
/// <param name="File">The model file.</param>
/// <param name="Key">Key of the mask's entry.</param>
/// <param name="Remaining">Prunable weights that remain.</param>
/// <param name="Prunable">Prunable weights there are.</param>
/// <param name="Density">The one as a fraction of the other.</param>
/// <param name="Layers">The same by layer.</param>
/// <param name="Mask">Path of the mask.</param>
/// <param name="State">Path of the weights under it, or null.</param>
public sealed record PrunedFile(string File, string Key, int Remaining, int Prunable, double Density, IReadOnlyList<LayerSparsity> Layers, string Mask, string? State)
{
    /// <summary>What a reader should know of how the mask was read that it went on from, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
