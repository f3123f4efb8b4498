using Tombola.Engine.Naming;

namespace Tombola.Interchange;

/// <summary>A format in which states and masks leave the store.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Ending">How names of its files end, such as <c>.npz</c>.</param>
/// <param name="Description">Half a sentence for help.</param>
/// <param name="Write">Writes a file's bytes, the same for the same content.</param>
/// <param name="Python">Lines of Python that load a file into the PyTorch network <c>model</c>: given its name, and whether it holds a mask.</param>
public sealed record ExportFormat(string Name, string Ending, string Description, Action<Stream, ExportContent> Write, Func<string, bool, IReadOnlyList<string>> Python)
{
    /// <summary>Whether a file may hold a mask alone.</summary>
    public bool TakesMasks { get; init; } = true;

    /// <exception cref="SettingException">The format cannot hold that.</exception>
    public void Demand(bool isMask)
    {
        if (!isMask || TakesMasks) return;
        throw new SettingException($"The format {Name} holds networks, and a mask alone is none. Choose another format: {string.Join(", ", ExportFormats.All.Where(other => other.TakesMasks).Select(other => other.Name))}; or take away the rewound or the trained network.");
    }
}
