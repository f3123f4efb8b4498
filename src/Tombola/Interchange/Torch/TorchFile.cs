using System.Text;
using Tombola.Engine.Foreign;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>A file of <c>torch.save</c> since PyTorch 1.6: a zip archive of a pickle, which describes tensors, and their storages.</summary>
/// <remarks>Tensors are in the order of the state dict. Nothing of the pickle is run but what is on a closed list.</remarks>
internal sealed class TorchFile : ITensorFile
{
    private const string PickleName = "data.pkl", ScriptName = "constants.pkl";

    private readonly ZipContent _archive;
    private readonly Dictionary<string, TorchView> _views;

    private TorchFile(ZipContent archive)
    {
        _archive = archive;
        string[] pickles = [.. archive.Names.Where(IsPickle)];
        if (pickles is not [var pickle]) throw Bad($"the archive has {pickles.Length} files {PickleName}, not one", "Save the state_dict with torch.save");
        var root = pickle[..^PickleName.Length];
        if (archive.Has(root + ScriptName)) throw Bad("this is a program of TorchScript", "Load it in Python with torch.jit.load and save its state_dict() with torch.save");
        if (archive.Names.FirstOrDefault(name => name.StartsWith(root, StringComparison.Ordinal) && archive.IsPacked(name)) is { } packed)
        {
            throw Bad($"{Printable.Name(packed)} in the archive is compressed, which PyTorch never does", "Give the file as torch.save wrote it");
        }

        if (archive.Has(root + "byteorder") && archive.LengthOf(root + "byteorder") < 16 && Encoding.ASCII.GetString(archive.Read(root + "byteorder", 0, (int)archive.LengthOf(root + "byteorder"))) == "big")
        {
            throw Bad("its numbers are big-endian", "Load it with PyTorch on a common machine and save it again");
        }

        if (archive.LengthOf(pickle) > Array.MaxLength) throw Bad($"its pickle is larger than {Array.MaxLength} bytes", "Save only the state_dict");
        var tensors = TorchStateDict.Find(Path, TorchPickle.Read(archive, root, pickle));
        _views = tensors.ToDictionary(tensor => tensor.Name, tensor => TorchView.Of(Path, tensor.Name, tensor.Tensor), StringComparer.Ordinal);
        Entries = [.. tensors.Select(tensor => _views[tensor.Name].Entry)];
    }

    public static ModelFormat Format { get; } = new("PyTorch (since 1.6)", file => ZipNames.Of(file).Any(IsPickle), Open);

    /// <inheritdoc/>
    public string Path => _archive.Path;

    /// <inheritdoc/>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public Tensor Read(TensorEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return _views.TryGetValue(entry.Name, out var view) && view.Entry.Equals(entry)
            ? view.Read(_archive)
            : throw new ArgumentException($"{Printable.Name(entry.Name)} is no entry of {Path}.", nameof(entry));
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    private static bool IsPickle(string name) => name == PickleName || name.EndsWith('/' + PickleName, StringComparison.Ordinal);

    private static TorchFile Open(string path)
    {
        var archive = ZipContent.Open(path);
        try
        {
            return new TorchFile(archive);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    private InvalidDataException Bad(string what, string remedy) => new($"{Path}: {what}. {remedy}.");
}
