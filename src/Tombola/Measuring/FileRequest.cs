using Tombola.Data;
using Tombola.Studies;

namespace Tombola.Measuring;

/// <summary>What is asked of the network of a file.</summary>
public static class FileRequest
{
    /// <summary>The arguments with the network of a file, and the preset that its family is trained by unless they name one.</summary>
    /// <param name="file">A model file.</param>
    /// <param name="arguments">What was said.</param>
    /// <param name="data">The data sets.</param>
    public static RequestArguments Of(string file, RequestArguments arguments, DatasetCache data)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var models = ModelSet.Of([file], new ModelArguments { Preset = arguments.Preset, Set = arguments.Set }, data);
        return arguments with { Preset = models.Preset.Name, Set = [$"model={models.Network.Name}", .. arguments.Set] };
    }
}
