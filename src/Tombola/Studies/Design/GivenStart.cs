using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Presets;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>State and mask from files, which every replicate of a setting starts from instead of weights of its own.</summary>
/// <param name="State">The weights of step 0; null to draw them.</param>
/// <param name="Mask">The weights that there are at level 0; null for all.</param>
/// <param name="Remaining">The same mask, read; all weights where there is none.</param>
public sealed record GivenStart(Job? State, Job<PruneResult>? Mask, Mask Remaining)
{
    /// <summary>What a reader should know of how the mask was read, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What stands in the place of the dense network, in a sentence; null where that is the dense network of drawn weights.</summary>
    internal string? Sentence => (State, Mask) switch
    {
        (null, null) => null,
        (_, null) => $"The dense network has the given weights ({FileOf(State)}).",
        (null, _) => $"In the place of the dense network stands one under the given mask ({FileOf(Mask)}), with {InWords.Percent(Remaining.Density, 1)} of the weights.",
        _ => $"In the place of the dense network stands the given one: the weights of {FileOf(State)} under the mask {FileOf(Mask)}, {InWords.Percent(Remaining.Density, 1)} of them.",
    };

    private static string FileOf(Job? job) => job switch { ImportJob state => $"{state.File}", ImportMaskJob mask => $"{mask.File}", _ => "" };

    /// <summary>Weights are drawn, and all of them are there.</summary>
    public static GivenStart Nothing(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new GivenStart(null, null, Engine.Networks.Mask.Full(network.Space));
    }

    /// <summary>What a preset names, read once to be sure that it fits the network.</summary>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">A file does not fit the network, or is damaged.</exception>
    public static GivenStart Of(Preset preset, Network network)
    {
        ArgumentNullException.ThrowIfNull(preset);
        return Of(preset.InitialState is { } state ? ForeignFile.At(state) : null, preset.Mask is { } mask ? ForeignFile.At(mask) : null, network);
    }

    /// <summary>What two files hold, read once to be sure that it fits the network.</summary>
    /// <exception cref="InvalidDataException">A file does not fit the network, or is damaged.</exception>
    public static GivenStart Of(ForeignFile? state, ForeignFile? mask, Network network)
    {
        var start = Nothing(network);
        if (state is not null)
        {
            FiniteWeights.Demand(state.Read(tensors => StateReader.Read(tensors, network)).State, $"The file {state}");
            start = start with { State = new ImportJob { Model = network.Name, File = state } };
        }

        if (mask is null) return start;
        var notes = new List<string>();
        var remaining = mask.Read(tensors => StateReader.ReadMask(tensors, network, notes));
        if (remaining.Remaining == 0) throw new SettingException($"The mask {mask} leaves no weight at all. Check that ones are the weights that remain.");
        return start with { Mask = new ImportMaskJob { Model = network.Name, File = mask }, Remaining = remaining, Notes = [.. notes.Select(note => $"{mask}: {note}")] };
    }
}
