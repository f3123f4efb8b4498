namespace Tombola.Engine.Networks;

/// <summary>Writes the values of one tensor of a network.</summary>
/// <param name="name">Name of the parameter or running statistic.</param>
/// <param name="values">Where to.</param>
internal delegate void TensorFiller(string name, Span<float> values);

/// <summary>Puts states and masks together from tensors of a file, however they were found in it.</summary>
internal static class StateAssembly
{
    /// <summary>A state, tensor by tensor.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="space">What the network needs.</param>
    /// <param name="fill">Fills each parameter and each running statistic.</param>
    /// <exception cref="InvalidDataException">A variance is none.</exception>
    public static NetworkState State(string path, WeightSpace space, TensorFiller fill)
    {
        var state = new NetworkState(space);
        foreach (var parameter in space.Parameters) fill(parameter.Name, state[parameter]);
        foreach (var part in space.Statistics)
        {
            var values = state[part];
            fill(part.Name, values);
            if (part.Initial <= 0) continue;
            foreach (var value in values)
            {
                if (!(value >= 0)) throw new InvalidDataException($"{path}: tensor {part.Name} holds {value}, which is no variance. Give a file that was saved from a sound network.");
            }
        }

        return state;
    }

    /// <summary>A mask, tensor by tensor.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="space">The weights that it speaks of.</param>
    /// <param name="read">Zeros and ones of a prunable parameter; null if none of it is pruned.</param>
    /// <exception cref="InvalidDataException">A value is neither 0 nor 1.</exception>
    public static Mask Mask(string path, WeightSpace space, Func<Parameter, Tensor?> read)
    {
        var remaining = new bool[space.Count];
        Array.Fill(remaining, true);
        foreach (var parameter in space.Prunable)
        {
            if (read(parameter) is { } tensor) TensorNumbers.ToBits(tensor, path, remaining.AsSpan(parameter.Offset, parameter.Count));
        }

        return new Mask(space, i => remaining[i]);
    }
}
