using Tombola.Engine.Networks;
using Tombola.Interchange;

namespace Tombola.Tests.Interchange;

/// <summary>Files that PyTorch and NumPy wrote, and what they hold (<c>tests/oracles/torch_files.py</c>).</summary>
internal static class Oracle
{
    public static Network LeNet { get; } = Architectures.Create("mnist_lenet_7_5@1x8x8:10");

    public static Network ResNet { get; } = Architectures.Create("cifar_resnet_8_2");

    public static string At(string file) => Path.Combine(AppContext.BaseDirectory, "oracles", "networks", file);

    public static ITensorFile Open(string file) => ModelFiles.Open(At(file));

    /// <summary>The state that a file should give.</summary>
    public static NetworkState State(string file, Network network) => StateFile.Read(At(Path.ChangeExtension(file, ".safetensors")), network.Space);

    public static Mask Mask(string file, Network network) => StateFile.ReadMask(At(Path.ChangeExtension(file, ".mask.safetensors")), network.Space);
}
