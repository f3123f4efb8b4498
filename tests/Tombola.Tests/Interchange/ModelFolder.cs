using Tombola.Engine.Networks;
using Tombola.Interchange;

namespace Tombola.Tests.Interchange;

/// <summary>A folder with a file of tensors, as tests of readers need it.</summary>
internal sealed class ModelFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tombola-").FullName;

    /// <summary>The file; its ending is nobody's, since content decides.</summary>
    public string File => Path.Combine(_folder, "network.bin");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Writes tensors as safetensors and opens them again.</summary>
    public ITensorFile Write(IEnumerable<Tensor> tensors)
    {
        Safetensors.Write(File, tensors);
        return ModelFiles.Open(File);
    }

    public ITensorFile Write(byte[] content)
    {
        System.IO.File.WriteAllBytes(File, content);
        return ModelFiles.Open(File);
    }

    /// <summary>A state whose every number is another, and whose variances are none below zero.</summary>
    public static NetworkState StateOf(Network network)
    {
        var state = new NetworkState(network.Space);
        for (var i = 0; i < state.Weights.Length; i++) state.Weights[i] = (i % 2 == 0 ? 1 : -1) * (i + 1) / 4096f;
        for (var i = 0; i < state.Statistics.Length; i++) state.Statistics[i] = (i + 1) / 512f;
        return state;
    }

    /// <summary>Prunes every third prunable weight.</summary>
    public static Mask MaskOf(Network network)
    {
        var prunable = network.Space.Prunable.SelectMany(parameter => Enumerable.Range(parameter.Offset, parameter.Count)).ToHashSet();
        return new Mask(network.Space, i => !prunable.Contains(i) || i % 3 != 0);
    }
}
