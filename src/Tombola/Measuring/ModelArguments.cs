using Tombola.Landscape;

namespace Tombola.Measuring;

/// <summary>What a person may say of model files, as it was said: what is null follows from the files and the data.</summary>
public sealed record ModelArguments
{
    /// <summary>Name of the network; null to recognise it from names and shapes.</summary>
    public string? Model { get; init; }

    /// <summary>Name of a preset, whose data and pixels are taken; null for those that the network was published with.</summary>
    public string? Preset { get; init; }

    /// <summary>Fields of the preset's data, such as <c>data=cifar100</c> or <c>pixels=standard</c>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>Whether tensors are taken in their order, whatever their names.</summary>
    public bool ByOrder { get; init; }

    /// <summary>The kernels that sparse networks are computed with, <c>dense</c>; null for whichever are faster.</summary>
    public string? Kernels { get; init; }

    /// <summary>Batch norm on paths: how its running statistics are estimated anew; null to interpolate them.</summary>
    public Recalibration? Recalibration { get; init; }
}
