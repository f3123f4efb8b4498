using System.Globalization;
using Tombola.Engine.Foreign;
using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>Reads the values of a network's tensors, and remembers what there is to say of them.</summary>
internal sealed class StateValues
{
    private readonly ITensorFile _file;
    private readonly IReadOnlyDictionary<string, FoundTensor> _tensors;
    private readonly List<string> _notes = [];
    private long _wild;
    private string? _firstWild;

    /// <param name="file">The file.</param>
    /// <param name="tensors">What it has for each name of the network.</param>
    /// <exception cref="InvalidDataException">One holds what cannot be weights.</exception>
    public StateValues(ITensorFile file, IReadOnlyDictionary<string, FoundTensor> tensors)
    {
        (_file, _tensors) = (file, tensors);
        foreach (var tensor in tensors.Values)
        {
            if (!TensorNumbers.IsFloating(tensor.Values.DType)) throw new InvalidDataException(
                $"{file.Path}: tensor {Printable.Name(tensor.Values.Name)} holds {tensor.Values.DType}, but weights are F32, F16, BF16 or F64. Convert it before saving, for example with .float() in PyTorch.");
        }

        foreach (var type in tensors.Values.Select(tensor => tensor.Values.DType).Where(type => type != "F32").Order(StringComparer.Ordinal).GroupBy(type => type))
        {
            _notes.Add($"In {type.Count()} of {tensors.Count} tensors {type.Key} was converted to F32, {(type.Key == "F64" ? "rounded to nearest" : "exactly")}.");
        }
    }

    /// <summary>What there is to say once everything is read.</summary>
    public IEnumerable<string> Notes => _firstWild is null ? _notes : _notes.Append(string.Create(
        CultureInfo.InvariantCulture, $"{_wild:N0} {(_wild == 1 ? "value is" : "values are")} infinite or not a number, first {_firstWild}."));

    /// <summary>A <see cref="TensorFiller"/>.</summary>
    public void Fill(string name, Span<float> values)
    {
        var tensor = _tensors[name];
        TensorNumbers.ToSingles(_file.Read(tensor.Values), values);
        if (tensor.Mask is { } mask)
        {
            var remains = new bool[values.Length];
            TensorNumbers.ToBits(_file.Read(mask), _file.Path, remains);
            for (var i = 0; i < values.Length; i++)
            {
                if (!remains[i]) values[i] = 0;
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsFinite(values[i])) continue;
            _firstWild ??= string.Create(CultureInfo.InvariantCulture, $"element {i} of {name}");
            _wild++;
        }
    }

    /// <summary>The mask that the file gives with its weights, or null.</summary>
    public Mask? Mask(WeightSpace space)
    {
        if (_tensors.Values.All(tensor => tensor.Mask is null)) return null;
        foreach (var parameter in space.Parameters.Where(parameter => !parameter.Prunable && _tensors[parameter.Name].Mask is not null))
        {
            _notes.Add($"{parameter.Name} was pruned in the file. Its values are zero where its mask says so, but it may not be pruned here, so the mask does not mention it.");
        }

        return StateAssembly.Mask(_file.Path, space, parameter => _tensors[parameter.Name].Mask is { } mask ? _file.Read(mask) : null);
    }
}
