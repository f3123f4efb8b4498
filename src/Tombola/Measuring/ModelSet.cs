using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Tombola.Jobs;
using Tombola.Presets;

namespace Tombola.Measuring;

/// <summary>Model files of one architecture with the data that they are measured on.</summary>
public sealed class ModelSet
{
    /// <summary>The presets whose data and pixels a network of their family gets, the first that fits.</summary>
    private static readonly string[] Usual = ["lenet-mnist", "resnet20-cifar10"];

    private readonly Lazy<DatasetSpec> _data;
    private readonly DatasetCache _cache;

    /// <param name="arguments">What was said.</param>
    /// <param name="preset">Whose data is taken.</param>
    /// <param name="network">The architecture of all files.</param>
    /// <param name="cache">The data sets.</param>
    /// <param name="models">The files.</param>
    internal ModelSet(ModelArguments arguments, Preset preset, Network network, DatasetCache cache, IReadOnlyList<Model> models)
    {
        (Arguments, Preset, Network, _cache, Models) = (arguments, preset, network, cache, models);
        _data = new Lazy<DatasetSpec>(() => cache.Resolve(preset.Data));
    }

    /// <summary>What was asked.</summary>
    public ModelArguments Arguments { get; }

    /// <summary>The preset whose data is taken.</summary>
    public Preset Preset { get; }

    /// <summary>The architecture of all files.</summary>
    public Network Network { get; }

    /// <summary>The data set with its fingerprint, which is read when somebody asks: not all that is asked of files needs data.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public DatasetSpec Data => _data.Value;

    /// <summary>A sentence on what the data files hold; null for data that the program draws.</summary>
    public string? DataDescription => HasData && Datasets.Find(Data.Name).KnownFingerprint is null ? _cache.Load(Data).Description : null;

    /// <summary>Whether somebody asked for the data.</summary>
    internal bool HasData => _data.IsValueCreated;

    /// <summary>The files, in their order.</summary>
    public IReadOnlyList<Model> Models { get; }

    /// <summary>Looks at files and data.</summary>
    /// <param name="files">Paths of model files.</param>
    /// <param name="arguments">What is said of them.</param>
    /// <param name="cache">The data sets.</param>
    /// <exception cref="SettingException">The network is not recognised, or the files are of different ones, or the data has other classes.</exception>
    /// <exception cref="FileNotFoundException">A file is not there, or the data.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or no model.</exception>
    public static ModelSet Of(IReadOnlyList<string> files, ModelArguments arguments, DatasetCache cache)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(cache);
        var (preset, network) = RecognisedAll(files, arguments, cache);
        return new ModelSet(arguments, preset, network, cache, ModelsIn(files, network, arguments));
    }

    /// <summary>The states of a training, and the network that they are looked at from, on the data of the training or of a preset.</summary>
    internal static ModelSet Of(StoredTrajectory training, string? origin, ModelArguments arguments, DatasetCache cache)
    {
        var network = Architectures.Create(training.Model);
        var usual = Array.Find(Usual, name => Architectures.FamilyOf(network.Name).Input == Architectures.FamilyOf(KnownPresets.Find(name).Model).Input) ?? Usual[0];
        var preset = arguments.Set.Aggregate(arguments.Preset is { } asked ? KnownPresets.Find(asked) : KnownPresets.Find(usual) with { Data = training.Data }, PresetFields.Set);
        var states = training.States.Select(state => new Model($"step {state.Step}", $"step {state.Step}", state.File, new ImportJob { Model = network.Name, File = ForeignFile.At(state.File) }));
        return new ModelSet(arguments, preset, network, cache, [.. states, .. ModelsIn(origin is null ? [] : [origin], network, arguments)]);
    }

    private static Model[] ModelsIn(IReadOnlyList<string> files, Network network, ModelArguments arguments)
    {
        var (titles, labels) = (Titles([.. files]), Titles([.. files.Select(name => Path.ChangeExtension(name, null))]));
        return [.. files.Select((file, i) => new Model(titles[i], labels[i], Path.GetFullPath(file), new ImportJob { Model = network.Name, File = ForeignFile.At(file), ByOrder = arguments.ByOrder }))];
    }

    private static (Preset Preset, Network Network) RecognisedAll(IReadOnlyList<string> files, ModelArguments arguments, DatasetCache cache)
    {
        var (preset, network) = Recognised(files[0], arguments, cache);
        foreach (var other in files.Skip(1)) DemandSame(other, files[0], network, arguments, preset, cache);
        return (preset, network);
    }

    private static (Preset Preset, Network Network) Recognised(string file, ModelArguments arguments, DatasetCache cache)
    {
        using var tensors = ModelFiles.Open(file);
        Exception? refusal = null;
        List<(Preset Preset, Network Network)> fitting = [];
        foreach (var name in arguments.Preset is { } asked ? [asked] : Usual)
        {
            var preset = arguments.Set.Aggregate(KnownPresets.Find(name), PresetFields.Set);
            var form = cache.FormOf(preset.Data);
            try
            {
                fitting.Add((preset, Architectures.Create(arguments.Model ?? StateReader.Recognise(tensors, form.Shape, form.Classes), form.Shape, form.Classes)));
            }
            catch (Exception unsuitable) when (unsuitable is SettingException or InvalidDataException)
            {
                refusal ??= unsuitable;
            }
        }

        // Where both could be, it is the one whose networks were published for the same images.
        return fitting.Count == 0 ? throw refusal! : fitting.Find(one => Architectures.FamilyOf(one.Network.Name).Input == Architectures.FamilyOf(one.Preset.Model).Input) is { Network: not null } own ? own : fitting[0];
    }

    /// <summary>Refuses a file of another network before anything is computed.</summary>
    private static void DemandSame(string file, string first, Network network, ModelArguments arguments, Preset preset, DatasetCache cache)
    {
        if (arguments.Model is not null || arguments.ByOrder) return;
        using var tensors = ModelFiles.Open(file);
        var form = cache.FormOf(preset.Data);
        var own = Architectures.Create(StateReader.Recognise(tensors, form.Shape, form.Classes), form.Shape, form.Classes).Name;
        if (own != network.Name) throw new SettingException($"{first} is a {network.Name} and {file} a {own}: what is measured together must be of one architecture. Give files of one, or measure them one by one.");
    }

    /// <summary>File names, with as much of their folders as tells them apart.</summary>
    private static string[] Titles(string[] files)
    {
        var parts = files.Select(file => Path.GetFullPath(file).Split(Path.DirectorySeparatorChar)).ToArray();
        for (var words = 1; ; words++)
        {
            string[] titles = [.. parts.Select(part => string.Join('/', part.TakeLast(words)))];
            if (titles.Distinct().Count() == files.Distinct().Count() || parts.All(part => part.Length <= words)) return titles;
        }
    }
}

/// <summary>A model file.</summary>
/// <param name="Title">Its name, with as much of its folder as tells it apart.</param>
/// <param name="Label">The same without its ending, for tables and legends.</param>
/// <param name="File">Its path.</param>
/// <param name="State">Reads it into the store.</param>
public sealed record Model(string Title, string Label, string File, ImportJob State);
